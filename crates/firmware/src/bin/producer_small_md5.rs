//! See `firmware::produce`. `small_md5` computes the digest.
#![no_std]
#![no_main]

firmware::image!(firmware::produce::produce(firmware::small_md5::SmallMd5));
