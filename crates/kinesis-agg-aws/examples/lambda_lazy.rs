//! A Lambda function for a Kinesis stream that processes the user records of an event one by one, and stops
//! at the first that fails.
//!
//! `docs/guide/lambda.md` in the root of the repository says how to build, deploy and try it.

use kinesis_agg_aws::lambda::{BatchResponse, Event, UserRecord};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Event>) -> Result<BatchResponse, Error> {
    let mut response = BatchResponse::default();
    let mut done: usize = 0;
    for user_record in event.payload.user_records() {
        // Lambda delivers the failed record and all after it again, so the function can stop here.
        match user_record {
            Ok(user_record) => {
                if let Err(error) = process(&user_record).await {
                    eprintln!("{user_record:?}: {error}");
                    response.fail(user_record.sequence_number());
                    break;
                }
                done = done.saturating_add(1);
            }
            Err(unreadable) => {
                eprintln!("{unreadable}");
                response.fail(unreadable.sequence_number());
                break;
            }
        }
    }
    println!("{done} user records out of {} Kinesis records", event.payload.records.len());
    Ok(response)
}

/// Processes a user record. In this example it must be text.
async fn process(user_record: &UserRecord) -> Result<(), Error> {
    let text = std::str::from_utf8(user_record.data())?;
    println!("{}: {text}", user_record.partition_key().unwrap_or("no partition key"));
    Ok(())
}
