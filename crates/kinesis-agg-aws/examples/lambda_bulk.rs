//! A Lambda function for a Kinesis stream that processes all user records of an event at once.
//!
//! `docs/guide/lambda.md` in the root of the repository says how to build, deploy and try it.

use kinesis_agg_aws::lambda::{BatchResponse, Event, UserRecord};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Event>) -> Result<BatchResponse, Error> {
    let (user_records, unreadable) = event.payload.deaggregate();
    let mut response = BatchResponse::default();
    for record in &unreadable {
        eprintln!("{record}");
        response.fail(record.sequence_number());
    }
    for user_record in &user_records {
        if let Err(error) = process(user_record) {
            eprintln!("{user_record:?}: {error}");
            response.fail(user_record.sequence_number());
        }
    }
    println!("{} user records out of {} Kinesis records", user_records.len(), event.payload.records.len());
    Ok(response)
}

/// Processes a user record. In this example it must be text.
fn process(user_record: &UserRecord) -> Result<(), Error> {
    let text = std::str::from_utf8(user_record.data())?;
    println!("{}: {text}", user_record.partition_key().unwrap_or("no partition key"));
    Ok(())
}
