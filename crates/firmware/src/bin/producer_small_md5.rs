//! See `firmware::produce`. The digest is the firmware's own.
#![no_std]
#![no_main]

firmware::image!(firmware::produce::produce(firmware::small_md5::SmallMd5));
