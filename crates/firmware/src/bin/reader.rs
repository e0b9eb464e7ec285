//! See `firmware::read`. The `md-5` crate computes the digest.
#![no_std]
#![no_main]

firmware::image!(firmware::read::read(kinesis_agg::Md5));
