#[path="aggregated.u.pb.rs"]
#[allow(nonstandard_style, unused)]
pub mod aggregated_proto;
#[allow(nonstandard_style, unused)]
#[doc(inline)]
pub use aggregated_proto::*;
#[allow(nonstandard_style, unused)]
pub mod __unstable {
pub static AGGREGATED_DESCRIPTOR_INFO: ::protobuf::__internal::runtime::__unstable::DescriptorInfo = ::protobuf::__internal::runtime::__unstable::DescriptorInfo {
  descriptor: b"\n\x10\x61ggregated.proto\x12\naggregated\"u\n\x10\x41ggregatedRecord\x12\x1b\n\x13partition_key_table\x18\x01 \x03(\t\x12\x1f\n\x17\x65xplicit_hash_key_table\x18\x02 \x03(\t\x12#\n\x07records\x18\x03 \x03(\x0b\x32\x12.aggregated.Record\"s\n\x06Record\x12\x1b\n\x13partition_key_index\x18\x01 \x02(\x04\x12\x1f\n\x17\x65xplicit_hash_key_index\x18\x02 \x01(\x04\x12\x0c\n\x04\x64\x61ta\x18\x03 \x02(\x0c\x12\x1d\n\x04tags\x18\x04 \x03(\x0b\x32\x0f.aggregated.Tag\"!\n\x03Tag\x12\x0b\n\x03key\x18\x01 \x02(\t\x12\r\n\x05value\x18\x02 \x01(\t",
  deps: &[
  ],
};
}
