//! See `firmware::produce`. The `md-5` crate computes the digest.
#![no_std]
#![no_main]

firmware::image!(firmware::produce::produce(kinesis_agg::Md5));
