//! See `firmware::measure`. The digest is the firmware's own.
#![no_std]
#![no_main]

firmware::image!(firmware::measure::measure(firmware::small_md5::SmallMd5));
