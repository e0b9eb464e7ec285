//! Publishes readings of sensors, and prints what aggregation has saved.
//!
//! Without AWS configuration it uses a Kinesis server in this process:
//!
//! ```sh
//! cargo run --example publish
//! ```
//!
//! On Ctrl-C and SIGTERM it sends the user records that it has accepted before it ends.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "figures for a person")]

#[path = "support/connect.rs"]
mod connect;
#[path = "support/local.rs"]
mod local;
#[path = "support/sample.rs"]
mod sample;
#[path = "support/stop.rs"]
mod stop;
#[path = "support/summary.rs"]
mod summary;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use kinesis_agg::UserRecord;
use kinesis_agg_aws::publisher::{Order, Publisher, PublisherMetrics, PublisherOptions};

use crate::connect::{causes, connect};
use crate::sample::sample;
use crate::stop::StopSignal;
use crate::summary::summary;

/// Publishes readings of sensors to a Kinesis stream, aggregated.
#[derive(Parser)]
struct Arguments {
    /// The number of user records.
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// The stream. On AWS it must exist.
    #[arg(long, default_value = "kinesis-agg-example")]
    stream: String,
    /// The number of shards of the stream on the local server, at most 64.
    #[arg(long, default_value_t = 4)]
    shards: i32,
    /// Keep the order within each shard.
    #[arg(long)]
    ordered: bool,
    /// After Ctrl-C or SIGTERM, give up unsent user records after these seconds. Kubernetes kills after 30.
    #[arg(long, default_value_t = 25)]
    close_limit: u64,
    /// Use a server in this process, whatever the AWS configuration says.
    #[arg(long)]
    local: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let connection = connect(&arguments.stream, arguments.shards, arguments.local).await?;
    println!("stream {} at {}", arguments.stream, connection.place);
    let order = if arguments.ordered { Order::WithinShard } else { Order::None };
    let options = PublisherOptions { order, ..PublisherOptions::default() };
    let publisher = Publisher::start(connection.client, &arguments.stream, options).await?;
    if publisher.sends_plain_records() {
        println!("its record distribution is AUTO: user records are sent plain");
    }

    let mut stop = StopSignal::listen()?;
    let start = Instant::now();
    let metrics = tokio::select! {
        metrics = publish_all(&publisher, arguments.records) => metrics?,
        () = stop.received() => {
            println!("stopping; accepted so far: {} user records", publisher.metrics().user_records);
            publisher.close_within(Duration::from_secs(arguments.close_limit)).await
        }
    };
    print!("\n{}", summary(&metrics, start.elapsed()));
    if connection.local {
        println!(
            "\nThe server and its stream end with this process. With an AWS configuration it publishes to --stream there."
        );
    }
    match metrics.failed {
        0 => Ok(()),
        failed => Err(format!("{failed} user records were not published").into()),
    }
}

/// Publishes `records` user records and waits until each is in the stream. If it is cancelled, the publisher
/// keeps the user records that it has accepted.
async fn publish_all(publisher: &Publisher, records: u64) -> Result<PublisherMetrics, Box<dyn Error>> {
    // The progress bar draws only on a terminal.
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} user records, {per_sec}, {eta} left")?;
    let progress = ProgressBar::new(records).with_style(style);
    for number in 0..records {
        let (sensor, reading) = sample(number);
        // The receipt would tell where the user record is stored. The summary needs only the number of user
        // records.
        let _receipt = publisher.publish(&UserRecord::new(&sensor, &reading)).await?;
        if number % 256 == 0 {
            progress.set_position(publisher.metrics().published);
            // Yield, so that a signal is noticed even if the publisher always has room.
            tokio::task::yield_now().await;
        }
    }
    let metrics = publisher.close().await;
    progress.finish_and_clear();
    Ok(metrics)
}
