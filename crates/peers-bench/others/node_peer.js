// AWS's Node module on a file of Kinesis records: nanoseconds for each user record, reading and building, as JSON.
"use strict";

const fs = require("fs");
const { deaggregateSync, RecordAggregator } = require("aws-kinesis-agg");

const LEAST_NS = 500e6;

function kinesisRecords(path) {
  const file = fs.readFileSync(path);
  const records = [];
  for (let at = 0; at < file.length;) {
    const end = at + 4 + file.readUInt32LE(at);
    // Each in its own allocation. Raw, so that the module need not decode base64.
    const data = Buffer.from(file.subarray(at + 4, end));
    records.push({ partitionKey: "outer", sequenceNumber: "1", data });
    at = end;
  }
  return records;
}

function userRecords(record) {
  let result;
  deaggregateSync(record, true, (error, userRecords) => {
    if (error) throw error;
    result = userRecords;
  });
  return result;
}

function build(records) {
  const aggregator = new RecordAggregator();
  records.forEach((record) => aggregator.addUserRecord(record));
  aggregator.build();
  return records.length;
}

function nsEach(work) {
  // By then the just-in-time compiler has warmed up.
  work();
  let count = 0;
  let elapsed = 0;
  const start = process.hrtime.bigint();
  while (elapsed < LEAST_NS) {
    count += work();
    elapsed = Number(process.hrtime.bigint() - start);
  }
  return elapsed / count;
}

const records = kinesisRecords(process.argv[2]);
const readAll = () => records.reduce((count, record) => count + userRecords(record).length, 0);
const inputs = userRecords(records[0]).map(({ partitionKey, data }) => ({
  partitionKey,
  data: Buffer.from(data, "base64"),
}));
const user_records = readAll();
const reading = nsEach(readAll);
const building = nsEach(() => build(inputs));
console.log(JSON.stringify({ user_records, reading, building }));
