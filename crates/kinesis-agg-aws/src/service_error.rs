//! Whether an error of the service is final or can be tried again.

#[cfg(feature = "consumer")]
use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};

/// Whether the service would give the same answer again.
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

/// Whether the same request may succeed later.
#[cfg(feature = "consumer")]
pub(crate) fn is_passing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    match error {
        SdkError::ServiceError(context) => !context.err().code().is_some_and(is_final),
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    }
}

/// An error and its causes, on one line.
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
