//! Reads the user records of a stream, stops in the middle of an aggregate, and continues where it stopped.
//!
//! Without AWS configuration it uses a Kinesis server in this process, and first publishes user records to
//! it:
//!
//! ```sh
//! cargo run --example consume
//! ```
//!
//! On Ctrl-C and SIGTERM it saves its position before it ends.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "figures for a person")]

#[path = "support/connect.rs"]
mod connect;
#[path = "support/local.rs"]
mod local;
#[path = "support/sample.rs"]
mod sample;
#[path = "support/stop.rs"]
mod stop;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use aws_sdk_kinesis::Client;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use kinesis_agg::UserRecord;
use kinesis_agg_aws::consumer::{Checkpoint, ConsumerOptions, Position, StreamConsumer};
use kinesis_agg_aws::publisher::{Order, Publisher, PublisherOptions};

use crate::connect::{causes, connect};
use crate::sample::sample;
use crate::stop::StopSignal;

/// Reads the user records of a Kinesis stream.
#[derive(Parser)]
struct Arguments {
    /// Stop after this many user records.
    #[arg(long)]
    records: Option<u64>,
    /// Stop when nothing came for this many seconds.
    #[arg(long, default_value_t = 3)]
    idle: u64,
    /// The stream. On AWS it must exist.
    #[arg(long, default_value = "kinesis-agg-example")]
    stream: String,
    /// A file with the checkpoint of each shard. It is read if it exists, and written at the end.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Print each user record.
    #[arg(long)]
    print: bool,
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
    let connection = connect(&arguments.stream, 2, arguments.local).await?;
    println!("stream {} at {}", arguments.stream, connection.place);
    if !connection.local {
        let mut reading = Reading::new(&arguments)?;
        let checkpoint = arguments.checkpoint.as_deref().map_or_else(|| Ok(Checkpoint::new()), load)?;
        let checkpoint = reading.read(connection.client, checkpoint, arguments.records).await?;
        if let Some(file) = &arguments.checkpoint {
            save(file, &checkpoint)?;
            println!("the checkpoint is in {}", file.display());
        }
        print!("\n{}", reading.summary(&checkpoint));
        return Ok(());
    }

    const PUBLISHED: u64 = 50_000;
    publish(connection.client.clone(), &arguments.stream, PUBLISHED).await?;
    println!("published {PUBLISHED} user records; a shard was split in the middle of that");
    let mut reading = Reading::new(&arguments)?;
    // It can stop anywhere and continue there.
    let stop = arguments.records.unwrap_or(PUBLISHED / 3);
    let checkpoint = reading.read(connection.client.clone(), Checkpoint::new(), Some(stop)).await?;
    println!("stopped after {} user records, at", reading.user_records);
    for (shard, position) in &checkpoint {
        println!("  {shard}  {position}");
    }
    let checkpoint = reading.read(connection.client, checkpoint, None).await?;
    print!("\n{}", reading.summary(&checkpoint));
    match reading.user_records {
        PUBLISHED => Ok(()),
        _ if reading.stopped => Ok(()),
        read => Err(format!("read {read} user records where {PUBLISHED} were published").into()),
    }
}

/// Publishes in order, and splits a shard after half of the user records.
async fn publish(client: Client, stream: &str, records: u64) -> Result<(), Box<dyn Error>> {
    for half in [0..records / 2, records / 2..records] {
        // Each half has its own publisher. A publisher that runs during the split would learn of it from an
        // aggregate in a shard that does not own all of it, and would send that aggregate again. A consumer
        // without a filter would read it twice.
        let options = PublisherOptions { order: Order::WithinShard, ..PublisherOptions::default() };
        let publisher = Publisher::start(client.clone(), stream, options).await?;
        let last = half.end == records;
        for number in half {
            let (sensor, reading) = sample(number);
            let _receipt = publisher.publish(&UserRecord::new(&sensor, &reading)).await?;
        }
        let metrics = publisher.close().await;
        if metrics.failed > 0 {
            return Err(format!("{} user records were not published", metrics.failed).into());
        }
        if !last {
            split(&client, stream).await?;
        }
    }
    Ok(())
}

async fn split(client: &Client, stream: &str) -> Result<(), Box<dyn Error>> {
    let shards = kinesis_agg_aws::shards::list_shards(client, stream).await?;
    let shard = shards.first().ok_or("no shard")?;
    let middle = (shard.range.start.to_u128()
        + (shard.range.end.to_u128() - shard.range.start.to_u128()) / 2)
        .to_string();
    let request = client.split_shard().stream_name(stream).shard_to_split(&*shard.id);
    request.new_starting_hash_key(middle).send().await?;
    Ok(local::until_active(client, stream).await?)
}

/// The progress and what was read so far.
struct Reading<'a> {
    arguments: &'a Arguments,
    stop: StopSignal,
    /// Whether a signal has stopped the reading.
    stopped: bool,
    user_records: u64,
    plain_records: u64,
    bytes: u64,
    shards: BTreeMap<String, u64>,
    elapsed: Duration,
}

impl<'a> Reading<'a> {
    fn new(arguments: &'a Arguments) -> std::io::Result<Self> {
        Ok(Self {
            arguments,
            stop: StopSignal::listen()?,
            stopped: false,
            user_records: 0,
            plain_records: 0,
            bytes: 0,
            shards: BTreeMap::new(),
            elapsed: Duration::ZERO,
        })
    }

    /// Reads from a checkpoint until `stop` user records were read, no more come, or a signal arrives.
    /// Returns the next checkpoint.
    async fn read(
        &mut self,
        client: Client,
        checkpoint: Checkpoint,
        records: Option<u64>,
    ) -> Result<Checkpoint, Box<dyn Error>> {
        let stream = &self.arguments.stream;
        let mut consumer =
            StreamConsumer::open(client, stream, checkpoint, ConsumerOptions::default()).await?;
        // The progress bar draws only on a terminal.
        let style = ProgressStyle::with_template("{spinner} {human_pos} user records, {per_sec}")?;
        let progress = ProgressBar::new_spinner().with_style(style);
        let mut left = records.unwrap_or(u64::MAX);
        let idle = Duration::from_secs(self.arguments.idle);
        let mut last = Instant::now();
        let start = last;
        while left > 0 && !self.stopped {
            let record = tokio::select! {
                record = tokio::time::timeout(idle, consumer.next()) => record,
                () = self.stop.received() => {
                    self.stopped = true;
                    println!("stopped by a signal");
                    continue;
                }
            };
            // The timeout has passed.
            let Ok(record) = record else { break };
            let record = record?;
            (left, last) = (left - 1, Instant::now());
            self.user_records += 1;
            self.plain_records += u64::from(!record.aggregated);
            self.bytes += record.data.len() as u64;
            *self.shards.entry(record.shard_id.to_string()).or_default() += 1;
            if self.arguments.print {
                println!("{}: {}", record.partition_key, String::from_utf8_lossy(&record.data));
            }
            progress.set_position(self.user_records);
        }
        progress.finish_and_clear();
        self.elapsed += last - start;
        Ok(consumer.checkpoint())
    }

    fn summary(&self, checkpoint: &Checkpoint) -> String {
        let seconds = self.elapsed.as_secs_f64();
        let ended = checkpoint.values().filter(|position| **position == Position::ShardEnd).count();
        let mut summary = format!(
            "user records          {}, {:.1} MB, {} of them plain\nthroughput            {:.0} user records/s, in {seconds:.2} s\n\
             shards                {}, {ended} of them closed and read to the end\n",
            self.user_records,
            self.bytes as f64 / 1e6,
            self.plain_records,
            self.user_records as f64 / seconds,
            checkpoint.len(),
        );
        for (shard, count) in &self.shards {
            summary += &format!("  {shard:<22}{count}\n");
        }
        summary
    }
}

fn load(file: &Path) -> Result<Checkpoint, Box<dyn Error>> {
    if !file.exists() {
        return Ok(Checkpoint::new());
    }
    let texts: BTreeMap<String, String> = serde_json::from_slice(&std::fs::read(file)?)?;
    texts.into_iter().map(|(shard, position)| Ok((shard.into(), position.parse()?))).collect()
}

fn save(file: &Path, checkpoint: &Checkpoint) -> Result<(), Box<dyn Error>> {
    let texts: BTreeMap<String, String> =
        checkpoint.iter().map(|(shard, position)| (shard.to_string(), position.to_string())).collect();
    // If the process is killed during the write, the old checkpoint is still complete.
    let new = file.with_extension("new");
    std::fs::write(&new, serde_json::to_vec_pretty(&texts)?)?;
    Ok(std::fs::rename(new, file)?)
}
