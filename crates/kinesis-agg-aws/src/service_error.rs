//! What an error of the service means: to be tried again, or final.

#[cfg(feature = "consumer")]
use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};

/// Whether the service would say the same however often it was asked.
pub(crate) fn is_final(code: &str) -> bool {
    matches!(
        code,
        "AccessDeniedException"
            | "IncompleteSignature"
            | "InvalidArgumentException"
            | "InvalidClientTokenId"
            | "KMSAccessDeniedException"
            | "KMSDisabledException"
            | "KMSInvalidStateException"
            | "KMSNotFoundException"
            | "KMSOptInRequired"
            | "MissingAuthenticationTokenException"
            | "NotAuthorized"
            | "OptInRequired"
            | "ResourceNotFoundException"
            | "SerializationException"
            | "UnknownOperationException"
            | "UnrecognizedClientException"
            | "ValidationException"
    )
}

/// Whether the same request can be expected to succeed later.
#[cfg(feature = "consumer")]
pub(crate) fn is_passing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    match error {
        SdkError::ServiceError(context) => !context.err().code().is_some_and(is_final),
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    }
}

/// An error and what led to it, on one line.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::fmt::Error);

    #[test]
    fn every_cause_is_named() {
        let inner = std::fmt::Error;
        assert_eq!(causes(&Outer(inner)), format!("outer: {inner}"));
    }
}
