//! See `firmware::produce`. The digest is that of the `md-5` crate.
#![no_std]
#![no_main]

firmware::image!(firmware::produce::produce(kinesis_agg::Md5));
