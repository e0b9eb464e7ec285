const _: () = ::protobuf::__internal::assert_compatible_gencode_version("0.36.2-release");
// This variable must not be referenced except by protobuf generated
// code.
pub(crate) static mut aggregated__AggregatedRecord_msg_init: ::protobuf::__internal::runtime::MiniTableInitPtr =
    ::protobuf::__internal::runtime::MiniTableInitPtr(::protobuf::__internal::runtime::MiniTablePtr::dangling());
#[allow(non_camel_case_types)]
pub struct AggregatedRecord {
  inner: ::protobuf::__internal::runtime::OwnedMessageInner<AggregatedRecord>
}

impl ::protobuf::Message for AggregatedRecord {
  type MessageView<'msg> = AggregatedRecordView<'msg>;
  type MessageMut<'msg> = AggregatedRecordMut<'msg>;
}

impl ::std::default::Default for AggregatedRecord {
  fn default() -> Self {
    Self::new()
  }
}

impl ::std::fmt::Debug for AggregatedRecord {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

// SAFETY:
// - `AggregatedRecord` is `Sync` because it does not implement interior mutability.
//    Neither does `AggregatedRecordMut`.
unsafe impl ::std::marker::Sync for AggregatedRecord {}

// SAFETY:
// - `AggregatedRecord` is `Send` because it uniquely owns its arena and does
//   not use thread-local data.
unsafe impl ::std::marker::Send for AggregatedRecord {}

impl ::protobuf::Proxied for AggregatedRecord {
  type View<'msg> = AggregatedRecordView<'msg>;
}

impl ::protobuf::__internal::SealedInternal for AggregatedRecord {}

impl ::protobuf::MutProxied for AggregatedRecord {
  type Mut<'msg> = AggregatedRecordMut<'msg>;
}

#[derive(Copy, Clone)]
#[allow(dead_code)]
pub struct AggregatedRecordView<'msg> {
  inner: ::protobuf::__internal::runtime::MessageViewInner<'msg, AggregatedRecord>,
}

impl<'msg> ::protobuf::__internal::SealedInternal for AggregatedRecordView<'msg> {}

impl<'msg> ::protobuf::MessageView<'msg> for AggregatedRecordView<'msg> {
  type Message = AggregatedRecord;
}

impl ::std::fmt::Debug for AggregatedRecordView<'_> {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

impl ::std::default::Default for AggregatedRecordView<'_> {
  fn default() -> AggregatedRecordView<'static> {
    ::protobuf::__internal::runtime::MessageViewInner::default().into()
  }
}

impl<'msg> From<::protobuf::__internal::runtime::MessageViewInner<'msg, AggregatedRecord>> for AggregatedRecordView<'msg> {
  fn from(inner: ::protobuf::__internal::runtime::MessageViewInner<'msg, AggregatedRecord>) -> Self {
    Self { inner }
  }
}

#[allow(dead_code)]
impl<'msg> AggregatedRecordView<'msg> {

  pub fn to_owned(&self) -> AggregatedRecord {
    ::protobuf::IntoProxied::into_proxied(*self, ::protobuf::__internal::Private)
  }

  // partition_key_table: repeated string
  pub fn partition_key_table(self) -> ::protobuf::RepeatedView<'msg, ::protobuf::ProtoString> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        0
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<::protobuf::ProtoString>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }

  // explicit_hash_key_table: repeated string
  pub fn explicit_hash_key_table(self) -> ::protobuf::RepeatedView<'msg, ::protobuf::ProtoString> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        1
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<::protobuf::ProtoString>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }

  // records: repeated message aggregated.Record
  pub fn records(self) -> ::protobuf::RepeatedView<'msg, super::aggregated_proto::Record> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        2
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<super::aggregated_proto::Record>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }

}

// SAFETY:
// - `AggregatedRecordView` is `Sync` because it does not support mutation.
unsafe impl ::std::marker::Sync for AggregatedRecordView<'_> {}

// SAFETY:
// - `AggregatedRecordView` is `Send` because while its alive a `AggregatedRecordMut` cannot.
// - `AggregatedRecordView` does not use thread-local data.
unsafe impl ::std::marker::Send for AggregatedRecordView<'_> {}

impl<'msg> ::protobuf::AsView for AggregatedRecordView<'msg> {
  type Proxied = AggregatedRecord;
  fn as_view(&self) -> ::protobuf::View<'msg, AggregatedRecord> {
    *self
  }
}

impl<'msg> ::protobuf::IntoView<'msg> for AggregatedRecordView<'msg> {
  fn into_view<'shorter>(self) -> AggregatedRecordView<'shorter>
  where
      'msg: 'shorter {
    self
  }
}

impl<'msg> ::protobuf::IntoProxied<AggregatedRecord> for AggregatedRecordView<'msg> {
  fn into_proxied(self, _private: ::protobuf::__internal::Private) -> AggregatedRecord {
    let mut dst = AggregatedRecord::new();
    assert!(unsafe {
      dst.inner.ptr_mut().deep_copy(self.inner.ptr(), dst.inner.arena())
    });
    dst
  }
}

impl<'msg> ::protobuf::IntoProxied<AggregatedRecord> for AggregatedRecordMut<'msg> {
  fn into_proxied(self, _private: ::protobuf::__internal::Private) -> AggregatedRecord {
    ::protobuf::IntoProxied::into_proxied(::protobuf::IntoView::into_view(self), _private)
  }
}

impl ::protobuf::__internal::EntityType for AggregatedRecord {
    type Tag = ::protobuf::__internal::entity_tag::MessageTag;
}

impl<'msg> ::protobuf::__internal::EntityType for AggregatedRecordView<'msg> {
    type Tag = ::protobuf::__internal::entity_tag::ViewProxyTag;
}

impl<'msg> ::protobuf::__internal::EntityType for AggregatedRecordMut<'msg> {
    type Tag = ::protobuf::__internal::entity_tag::MutProxyTag;
}

#[allow(dead_code)]
#[allow(non_camel_case_types)]
pub struct AggregatedRecordMut<'msg> {
  inner: ::protobuf::__internal::runtime::MessageMutInner<'msg, AggregatedRecord>,
}

impl<'msg> ::protobuf::__internal::SealedInternal for AggregatedRecordMut<'msg> {}

impl<'msg> ::protobuf::MessageMut<'msg> for AggregatedRecordMut<'msg> {
  type Message = AggregatedRecord;
}

impl ::std::fmt::Debug for AggregatedRecordMut<'_> {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

impl<'msg> From<::protobuf::__internal::runtime::MessageMutInner<'msg, AggregatedRecord>> for AggregatedRecordMut<'msg> {
  fn from(inner: ::protobuf::__internal::runtime::MessageMutInner<'msg, AggregatedRecord>) -> Self {
    Self { inner }
  }
}

#[allow(dead_code)]
impl<'msg> AggregatedRecordMut<'msg> {

  #[doc(hidden)]
  pub fn as_message_mut_inner(&mut self, _private: ::protobuf::__internal::Private)
    -> ::protobuf::__internal::runtime::MessageMutInner<'msg, AggregatedRecord> {
    self.inner.reborrow()
  }

  pub fn to_owned(&self) -> AggregatedRecord {
    ::protobuf::AsView::as_view(self).to_owned()
  }

  // partition_key_table: repeated string
  pub fn partition_key_table(&self) -> ::protobuf::RepeatedView<'_, ::protobuf::ProtoString> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        0
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<::protobuf::ProtoString>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn partition_key_table_mut(&mut self) -> ::protobuf::RepeatedMut<'_, ::protobuf::ProtoString> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        0,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_partition_key_table(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<::protobuf::ProtoString>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        0,
        src);
    }
  }

  // explicit_hash_key_table: repeated string
  pub fn explicit_hash_key_table(&self) -> ::protobuf::RepeatedView<'_, ::protobuf::ProtoString> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        1
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<::protobuf::ProtoString>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn explicit_hash_key_table_mut(&mut self) -> ::protobuf::RepeatedMut<'_, ::protobuf::ProtoString> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        1,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_explicit_hash_key_table(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<::protobuf::ProtoString>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        1,
        src);
    }
  }

  // records: repeated message aggregated.Record
  pub fn records(&self) -> ::protobuf::RepeatedView<'_, super::aggregated_proto::Record> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        2
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<super::aggregated_proto::Record>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn records_mut(&mut self) -> ::protobuf::RepeatedMut<'_, super::aggregated_proto::Record> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        2,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_records(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<super::aggregated_proto::Record>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        2,
        src);
    }
  }

}

// SAFETY:
// - `AggregatedRecordMut` does not perform any shared mutation.
unsafe impl ::std::marker::Send for AggregatedRecordMut<'_> {}

// SAFETY:
// - `AggregatedRecordMut` does not perform any shared mutation.
unsafe impl ::std::marker::Sync for AggregatedRecordMut<'_> {}

impl<'msg> ::protobuf::AsView for AggregatedRecordMut<'msg> {
  type Proxied = AggregatedRecord;
  fn as_view(&self) -> ::protobuf::View<'_, AggregatedRecord> {
    self.inner.as_view().into()
  }
}

impl<'msg> ::protobuf::IntoView<'msg> for AggregatedRecordMut<'msg> {
  fn into_view<'shorter>(self) -> ::protobuf::View<'shorter, AggregatedRecord>
  where
      'msg: 'shorter {
    self.inner.as_view().into()
  }
}

impl<'msg> ::protobuf::AsMut for AggregatedRecordMut<'msg> {
  type MutProxied = AggregatedRecord;
  fn as_mut(&mut self) -> AggregatedRecordMut<'msg> {
    self.inner.reborrow().into()
  }
}

impl<'msg> ::protobuf::IntoMut<'msg> for AggregatedRecordMut<'msg> {
  fn into_mut<'shorter>(self) -> AggregatedRecordMut<'shorter>
  where
      'msg: 'shorter {
    self
  }
}

#[allow(dead_code)]
impl AggregatedRecord {
  pub fn new() -> Self {
    Self { inner: ::protobuf::__internal::runtime::OwnedMessageInner::<Self>::new() }
  }


  #[doc(hidden)]
  pub fn as_message_mut_inner(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessageMutInner<'_, AggregatedRecord> {
    ::protobuf::__internal::runtime::MessageMutInner::mut_of_owned(&mut self.inner)
  }

  pub fn as_view(&self) -> AggregatedRecordView<'_> {
    ::protobuf::__internal::runtime::MessageViewInner::view_of_owned(&self.inner).into()
  }

  pub fn as_mut(&mut self) -> AggregatedRecordMut<'_> {
    ::protobuf::__internal::runtime::MessageMutInner::mut_of_owned(&mut self.inner).into()
  }

  // partition_key_table: repeated string
  pub fn partition_key_table(&self) -> ::protobuf::RepeatedView<'_, ::protobuf::ProtoString> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        0
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<::protobuf::ProtoString>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn partition_key_table_mut(&mut self) -> ::protobuf::RepeatedMut<'_, ::protobuf::ProtoString> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        0,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_partition_key_table(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<::protobuf::ProtoString>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        0,
        src);
    }
  }

  // explicit_hash_key_table: repeated string
  pub fn explicit_hash_key_table(&self) -> ::protobuf::RepeatedView<'_, ::protobuf::ProtoString> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        1
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<::protobuf::ProtoString>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn explicit_hash_key_table_mut(&mut self) -> ::protobuf::RepeatedMut<'_, ::protobuf::ProtoString> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        1,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_explicit_hash_key_table(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<::protobuf::ProtoString>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        1,
        src);
    }
  }

  // records: repeated message aggregated.Record
  pub fn records(&self) -> ::protobuf::RepeatedView<'_, super::aggregated_proto::Record> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        2
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<super::aggregated_proto::Record>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn records_mut(&mut self) -> ::protobuf::RepeatedMut<'_, super::aggregated_proto::Record> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        2,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_records(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<super::aggregated_proto::Record>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        2,
        src);
    }
  }

}  // impl AggregatedRecord

impl ::std::ops::Drop for AggregatedRecord {
  #[inline]
  fn drop(&mut self) {
  }
}

impl ::std::clone::Clone for AggregatedRecord {
  fn clone(&self) -> Self {
    self.as_view().to_owned()
  }
}

impl ::protobuf::AsView for AggregatedRecord {
  type Proxied = Self;
  fn as_view(&self) -> AggregatedRecordView<'_> {
    self.as_view()
  }
}

impl ::protobuf::AsMut for AggregatedRecord {
  type MutProxied = Self;
  fn as_mut(&mut self) -> AggregatedRecordMut<'_> {
    self.as_mut()
  }
}

unsafe impl ::protobuf::__internal::runtime::AssociatedMiniTable for AggregatedRecord {
  fn mini_table() -> ::protobuf::__internal::runtime::MiniTablePtr {
    static ONCE_LOCK: ::std::sync::OnceLock<::protobuf::__internal::runtime::MiniTableInitPtr> =
        ::std::sync::OnceLock::new();
    unsafe {
      ONCE_LOCK.get_or_init(|| {
        super::aggregated_proto::aggregated__AggregatedRecord_msg_init.0 =
            ::protobuf::__internal::runtime::build_mini_table("$EEG");
        ::protobuf::__internal::runtime::link_mini_table(
            super::aggregated_proto::aggregated__AggregatedRecord_msg_init.0, &[<super::aggregated_proto::Record as ::protobuf::__internal::runtime::AssociatedMiniTable>::mini_table(),
            ], &[]);
        ::protobuf::__internal::runtime::MiniTableInitPtr(super::aggregated_proto::aggregated__AggregatedRecord_msg_init.0)
      }).0
    }
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetArena for AggregatedRecord {
  fn get_arena(&mut self, _private: ::protobuf::__internal::Private) -> &::protobuf::__internal::runtime::Arena {
    self.inner.arena()
  }
}

unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtrMut for AggregatedRecord {
  type Msg = AggregatedRecord;
  fn get_ptr_mut(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<AggregatedRecord> {
    self.inner.ptr_mut()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for AggregatedRecord {
  type Msg = AggregatedRecord;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<AggregatedRecord> {
    self.inner.ptr()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtrMut for AggregatedRecordMut<'_> {
  type Msg = AggregatedRecord;
  fn get_ptr_mut(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<AggregatedRecord> {
    self.inner.ptr_mut()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for AggregatedRecordMut<'_> {
  type Msg = AggregatedRecord;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<AggregatedRecord> {
    self.inner.ptr()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for AggregatedRecordView<'_> {
  type Msg = AggregatedRecord;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<AggregatedRecord> {
    self.inner.ptr()
  }
}

unsafe impl ::protobuf::__internal::runtime::UpbGetArena for AggregatedRecordMut<'_> {
  fn get_arena(&mut self, _private: ::protobuf::__internal::Private) -> &::protobuf::__internal::runtime::Arena {
    self.inner.arena()
  }
}



// This variable must not be referenced except by protobuf generated
// code.
pub(crate) static mut aggregated__Record_msg_init: ::protobuf::__internal::runtime::MiniTableInitPtr =
    ::protobuf::__internal::runtime::MiniTableInitPtr(::protobuf::__internal::runtime::MiniTablePtr::dangling());
#[allow(non_camel_case_types)]
pub struct Record {
  inner: ::protobuf::__internal::runtime::OwnedMessageInner<Record>
}

impl ::protobuf::Message for Record {
  type MessageView<'msg> = RecordView<'msg>;
  type MessageMut<'msg> = RecordMut<'msg>;
}

impl ::std::default::Default for Record {
  fn default() -> Self {
    Self::new()
  }
}

impl ::std::fmt::Debug for Record {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

// SAFETY:
// - `Record` is `Sync` because it does not implement interior mutability.
//    Neither does `RecordMut`.
unsafe impl ::std::marker::Sync for Record {}

// SAFETY:
// - `Record` is `Send` because it uniquely owns its arena and does
//   not use thread-local data.
unsafe impl ::std::marker::Send for Record {}

impl ::protobuf::Proxied for Record {
  type View<'msg> = RecordView<'msg>;
}

impl ::protobuf::__internal::SealedInternal for Record {}

impl ::protobuf::MutProxied for Record {
  type Mut<'msg> = RecordMut<'msg>;
}

#[derive(Copy, Clone)]
#[allow(dead_code)]
pub struct RecordView<'msg> {
  inner: ::protobuf::__internal::runtime::MessageViewInner<'msg, Record>,
}

impl<'msg> ::protobuf::__internal::SealedInternal for RecordView<'msg> {}

impl<'msg> ::protobuf::MessageView<'msg> for RecordView<'msg> {
  type Message = Record;
}

impl ::std::fmt::Debug for RecordView<'_> {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

impl ::std::default::Default for RecordView<'_> {
  fn default() -> RecordView<'static> {
    ::protobuf::__internal::runtime::MessageViewInner::default().into()
  }
}

impl<'msg> From<::protobuf::__internal::runtime::MessageViewInner<'msg, Record>> for RecordView<'msg> {
  fn from(inner: ::protobuf::__internal::runtime::MessageViewInner<'msg, Record>) -> Self {
    Self { inner }
  }
}

#[allow(dead_code)]
impl<'msg> RecordView<'msg> {

  pub fn to_owned(&self) -> Record {
    ::protobuf::IntoProxied::into_proxied(*self, ::protobuf::__internal::Private)
  }

  // partition_key_index: optional uint64
  pub fn has_partition_key_index(self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(0)
    }
  }
  pub fn partition_key_index_opt(self) -> ::std::option::Option<u64> {
    self.has_partition_key_index().then(|| self.partition_key_index())
  }
  pub fn partition_key_index(self) -> u64 {
    unsafe {
      // TODO: b/361751487: This .into() and .try_into() is only
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      // perfectly (and do an unchecked conversion for
      // i32->enum types, since even for closed enums we trust
      // upb to only return one of the named values).
      self.inner.ptr().get_u64_at_index(
        0, (0u64).into()
      ).try_into().unwrap()
    }
  }

  // explicit_hash_key_index: optional uint64
  pub fn has_explicit_hash_key_index(self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(1)
    }
  }
  pub fn explicit_hash_key_index_opt(self) -> ::std::option::Option<u64> {
    self.has_explicit_hash_key_index().then(|| self.explicit_hash_key_index())
  }
  pub fn explicit_hash_key_index(self) -> u64 {
    unsafe {
      // TODO: b/361751487: This .into() and .try_into() is only
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      // perfectly (and do an unchecked conversion for
      // i32->enum types, since even for closed enums we trust
      // upb to only return one of the named values).
      self.inner.ptr().get_u64_at_index(
        1, (0u64).into()
      ).try_into().unwrap()
    }
  }

  // data: optional bytes
  pub fn has_data(self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(2)
    }
  }
  pub fn data_opt(self) -> ::std::option::Option<&'msg [u8]> {
    self.has_data().then(|| self.data())
  }
  pub fn data(self) -> ::protobuf::View<'msg, ::protobuf::ProtoBytes> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        2, (b"").into()
      )
    };
    unsafe { str_view.as_ref() }
  }

  // tags: repeated message aggregated.Tag
  pub fn tags(self) -> ::protobuf::RepeatedView<'msg, super::aggregated_proto::Tag> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        3
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<super::aggregated_proto::Tag>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }

}

// SAFETY:
// - `RecordView` is `Sync` because it does not support mutation.
unsafe impl ::std::marker::Sync for RecordView<'_> {}

// SAFETY:
// - `RecordView` is `Send` because while its alive a `RecordMut` cannot.
// - `RecordView` does not use thread-local data.
unsafe impl ::std::marker::Send for RecordView<'_> {}

impl<'msg> ::protobuf::AsView for RecordView<'msg> {
  type Proxied = Record;
  fn as_view(&self) -> ::protobuf::View<'msg, Record> {
    *self
  }
}

impl<'msg> ::protobuf::IntoView<'msg> for RecordView<'msg> {
  fn into_view<'shorter>(self) -> RecordView<'shorter>
  where
      'msg: 'shorter {
    self
  }
}

impl<'msg> ::protobuf::IntoProxied<Record> for RecordView<'msg> {
  fn into_proxied(self, _private: ::protobuf::__internal::Private) -> Record {
    let mut dst = Record::new();
    assert!(unsafe {
      dst.inner.ptr_mut().deep_copy(self.inner.ptr(), dst.inner.arena())
    });
    dst
  }
}

impl<'msg> ::protobuf::IntoProxied<Record> for RecordMut<'msg> {
  fn into_proxied(self, _private: ::protobuf::__internal::Private) -> Record {
    ::protobuf::IntoProxied::into_proxied(::protobuf::IntoView::into_view(self), _private)
  }
}

impl ::protobuf::__internal::EntityType for Record {
    type Tag = ::protobuf::__internal::entity_tag::MessageTag;
}

impl<'msg> ::protobuf::__internal::EntityType for RecordView<'msg> {
    type Tag = ::protobuf::__internal::entity_tag::ViewProxyTag;
}

impl<'msg> ::protobuf::__internal::EntityType for RecordMut<'msg> {
    type Tag = ::protobuf::__internal::entity_tag::MutProxyTag;
}

#[allow(dead_code)]
#[allow(non_camel_case_types)]
pub struct RecordMut<'msg> {
  inner: ::protobuf::__internal::runtime::MessageMutInner<'msg, Record>,
}

impl<'msg> ::protobuf::__internal::SealedInternal for RecordMut<'msg> {}

impl<'msg> ::protobuf::MessageMut<'msg> for RecordMut<'msg> {
  type Message = Record;
}

impl ::std::fmt::Debug for RecordMut<'_> {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

impl<'msg> From<::protobuf::__internal::runtime::MessageMutInner<'msg, Record>> for RecordMut<'msg> {
  fn from(inner: ::protobuf::__internal::runtime::MessageMutInner<'msg, Record>) -> Self {
    Self { inner }
  }
}

#[allow(dead_code)]
impl<'msg> RecordMut<'msg> {

  #[doc(hidden)]
  pub fn as_message_mut_inner(&mut self, _private: ::protobuf::__internal::Private)
    -> ::protobuf::__internal::runtime::MessageMutInner<'msg, Record> {
    self.inner.reborrow()
  }

  pub fn to_owned(&self) -> Record {
    ::protobuf::AsView::as_view(self).to_owned()
  }

  // partition_key_index: optional uint64
  pub fn has_partition_key_index(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(0)
    }
  }
  pub fn clear_partition_key_index(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        0
      );
    }
  }
  pub fn partition_key_index_opt(&self) -> ::std::option::Option<u64> {
    self.has_partition_key_index().then(|| self.partition_key_index())
  }
  pub fn partition_key_index(&self) -> u64 {
    unsafe {
      // TODO: b/361751487: This .into() and .try_into() is only
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      // perfectly (and do an unchecked conversion for
      // i32->enum types, since even for closed enums we trust
      // upb to only return one of the named values).
      self.inner.ptr().get_u64_at_index(
        0, (0u64).into()
      ).try_into().unwrap()
    }
  }
  pub fn set_partition_key_index(&mut self, val: u64) {
    unsafe {
      // TODO: b/361751487: This .into() is only here
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      //perfectly.
      self.inner.ptr_mut().set_base_field_u64_at_index(
        0, val.into()
      )
    }
  }

  // explicit_hash_key_index: optional uint64
  pub fn has_explicit_hash_key_index(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(1)
    }
  }
  pub fn clear_explicit_hash_key_index(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        1
      );
    }
  }
  pub fn explicit_hash_key_index_opt(&self) -> ::std::option::Option<u64> {
    self.has_explicit_hash_key_index().then(|| self.explicit_hash_key_index())
  }
  pub fn explicit_hash_key_index(&self) -> u64 {
    unsafe {
      // TODO: b/361751487: This .into() and .try_into() is only
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      // perfectly (and do an unchecked conversion for
      // i32->enum types, since even for closed enums we trust
      // upb to only return one of the named values).
      self.inner.ptr().get_u64_at_index(
        1, (0u64).into()
      ).try_into().unwrap()
    }
  }
  pub fn set_explicit_hash_key_index(&mut self, val: u64) {
    unsafe {
      // TODO: b/361751487: This .into() is only here
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      //perfectly.
      self.inner.ptr_mut().set_base_field_u64_at_index(
        1, val.into()
      )
    }
  }

  // data: optional bytes
  pub fn has_data(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(2)
    }
  }
  pub fn clear_data(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        2
      );
    }
  }
  pub fn data_opt(&self) -> ::std::option::Option<&'_ [u8]> {
    self.has_data().then(|| self.data())
  }
  pub fn data(&self) -> ::protobuf::View<'_, ::protobuf::ProtoBytes> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        2, (b"").into()
      )
    };
    unsafe { str_view.as_ref() }
  }
  pub fn set_data(&mut self, val: impl ::protobuf::IntoProxied<::protobuf::ProtoBytes>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_bytes_field(
        ::protobuf::AsMut::as_mut(self).inner,
        2,
        val);
    }
  }

  // tags: repeated message aggregated.Tag
  pub fn tags(&self) -> ::protobuf::RepeatedView<'_, super::aggregated_proto::Tag> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        3
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<super::aggregated_proto::Tag>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn tags_mut(&mut self) -> ::protobuf::RepeatedMut<'_, super::aggregated_proto::Tag> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        3,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_tags(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<super::aggregated_proto::Tag>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        3,
        src);
    }
  }

}

// SAFETY:
// - `RecordMut` does not perform any shared mutation.
unsafe impl ::std::marker::Send for RecordMut<'_> {}

// SAFETY:
// - `RecordMut` does not perform any shared mutation.
unsafe impl ::std::marker::Sync for RecordMut<'_> {}

impl<'msg> ::protobuf::AsView for RecordMut<'msg> {
  type Proxied = Record;
  fn as_view(&self) -> ::protobuf::View<'_, Record> {
    self.inner.as_view().into()
  }
}

impl<'msg> ::protobuf::IntoView<'msg> for RecordMut<'msg> {
  fn into_view<'shorter>(self) -> ::protobuf::View<'shorter, Record>
  where
      'msg: 'shorter {
    self.inner.as_view().into()
  }
}

impl<'msg> ::protobuf::AsMut for RecordMut<'msg> {
  type MutProxied = Record;
  fn as_mut(&mut self) -> RecordMut<'msg> {
    self.inner.reborrow().into()
  }
}

impl<'msg> ::protobuf::IntoMut<'msg> for RecordMut<'msg> {
  fn into_mut<'shorter>(self) -> RecordMut<'shorter>
  where
      'msg: 'shorter {
    self
  }
}

#[allow(dead_code)]
impl Record {
  pub fn new() -> Self {
    Self { inner: ::protobuf::__internal::runtime::OwnedMessageInner::<Self>::new() }
  }


  #[doc(hidden)]
  pub fn as_message_mut_inner(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessageMutInner<'_, Record> {
    ::protobuf::__internal::runtime::MessageMutInner::mut_of_owned(&mut self.inner)
  }

  pub fn as_view(&self) -> RecordView<'_> {
    ::protobuf::__internal::runtime::MessageViewInner::view_of_owned(&self.inner).into()
  }

  pub fn as_mut(&mut self) -> RecordMut<'_> {
    ::protobuf::__internal::runtime::MessageMutInner::mut_of_owned(&mut self.inner).into()
  }

  // partition_key_index: optional uint64
  pub fn has_partition_key_index(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(0)
    }
  }
  pub fn clear_partition_key_index(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        0
      );
    }
  }
  pub fn partition_key_index_opt(&self) -> ::std::option::Option<u64> {
    self.has_partition_key_index().then(|| self.partition_key_index())
  }
  pub fn partition_key_index(&self) -> u64 {
    unsafe {
      // TODO: b/361751487: This .into() and .try_into() is only
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      // perfectly (and do an unchecked conversion for
      // i32->enum types, since even for closed enums we trust
      // upb to only return one of the named values).
      self.inner.ptr().get_u64_at_index(
        0, (0u64).into()
      ).try_into().unwrap()
    }
  }
  pub fn set_partition_key_index(&mut self, val: u64) {
    unsafe {
      // TODO: b/361751487: This .into() is only here
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      //perfectly.
      self.inner.ptr_mut().set_base_field_u64_at_index(
        0, val.into()
      )
    }
  }

  // explicit_hash_key_index: optional uint64
  pub fn has_explicit_hash_key_index(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(1)
    }
  }
  pub fn clear_explicit_hash_key_index(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        1
      );
    }
  }
  pub fn explicit_hash_key_index_opt(&self) -> ::std::option::Option<u64> {
    self.has_explicit_hash_key_index().then(|| self.explicit_hash_key_index())
  }
  pub fn explicit_hash_key_index(&self) -> u64 {
    unsafe {
      // TODO: b/361751487: This .into() and .try_into() is only
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      // perfectly (and do an unchecked conversion for
      // i32->enum types, since even for closed enums we trust
      // upb to only return one of the named values).
      self.inner.ptr().get_u64_at_index(
        1, (0u64).into()
      ).try_into().unwrap()
    }
  }
  pub fn set_explicit_hash_key_index(&mut self, val: u64) {
    unsafe {
      // TODO: b/361751487: This .into() is only here
      // here for the enum<->i32 case, we should avoid it for
      // other primitives where the types naturally match
      //perfectly.
      self.inner.ptr_mut().set_base_field_u64_at_index(
        1, val.into()
      )
    }
  }

  // data: optional bytes
  pub fn has_data(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(2)
    }
  }
  pub fn clear_data(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        2
      );
    }
  }
  pub fn data_opt(&self) -> ::std::option::Option<&'_ [u8]> {
    self.has_data().then(|| self.data())
  }
  pub fn data(&self) -> ::protobuf::View<'_, ::protobuf::ProtoBytes> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        2, (b"").into()
      )
    };
    unsafe { str_view.as_ref() }
  }
  pub fn set_data(&mut self, val: impl ::protobuf::IntoProxied<::protobuf::ProtoBytes>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_bytes_field(
        ::protobuf::AsMut::as_mut(self).inner,
        2,
        val);
    }
  }

  // tags: repeated message aggregated.Tag
  pub fn tags(&self) -> ::protobuf::RepeatedView<'_, super::aggregated_proto::Tag> {
    unsafe {
      self.inner.ptr().get_array_at_index(
        3
      )
    }.map_or_else(
        ::protobuf::__internal::runtime::empty_array::<super::aggregated_proto::Tag>,
        |raw| unsafe {
          ::protobuf::RepeatedView::from_raw(::protobuf::__internal::Private, raw)
        }
      )
  }
  pub fn tags_mut(&mut self) -> ::protobuf::RepeatedMut<'_, super::aggregated_proto::Tag> {
    unsafe {
      let raw_array = self.inner.ptr_mut().get_or_create_mutable_array_at_index(
        3,
        self.inner.arena()
      ).expect("alloc should not fail");
      ::protobuf::RepeatedMut::from_inner(
        ::protobuf::__internal::Private,
        ::protobuf::__internal::runtime::InnerRepeatedMut::new(
          raw_array, self.inner.arena(),
        ),
      )
    }
  }
  pub fn set_tags(&mut self, src: impl ::protobuf::IntoProxied<::protobuf::Repeated<super::aggregated_proto::Tag>>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_repeated_field(
        ::protobuf::AsMut::as_mut(self).inner,
        3,
        src);
    }
  }

}  // impl Record

impl ::std::ops::Drop for Record {
  #[inline]
  fn drop(&mut self) {
  }
}

impl ::std::clone::Clone for Record {
  fn clone(&self) -> Self {
    self.as_view().to_owned()
  }
}

impl ::protobuf::AsView for Record {
  type Proxied = Self;
  fn as_view(&self) -> RecordView<'_> {
    self.as_view()
  }
}

impl ::protobuf::AsMut for Record {
  type MutProxied = Self;
  fn as_mut(&mut self) -> RecordMut<'_> {
    self.as_mut()
  }
}

unsafe impl ::protobuf::__internal::runtime::AssociatedMiniTable for Record {
  fn mini_table() -> ::protobuf::__internal::runtime::MiniTablePtr {
    static ONCE_LOCK: ::std::sync::OnceLock<::protobuf::__internal::runtime::MiniTableInitPtr> =
        ::std::sync::OnceLock::new();
    unsafe {
      ONCE_LOCK.get_or_init(|| {
        super::aggregated_proto::aggregated__Record_msg_init.0 =
            ::protobuf::__internal::runtime::build_mini_table("$,N,0NG");
        ::protobuf::__internal::runtime::link_mini_table(
            super::aggregated_proto::aggregated__Record_msg_init.0, &[<super::aggregated_proto::Tag as ::protobuf::__internal::runtime::AssociatedMiniTable>::mini_table(),
            ], &[]);
        ::protobuf::__internal::runtime::MiniTableInitPtr(super::aggregated_proto::aggregated__Record_msg_init.0)
      }).0
    }
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetArena for Record {
  fn get_arena(&mut self, _private: ::protobuf::__internal::Private) -> &::protobuf::__internal::runtime::Arena {
    self.inner.arena()
  }
}

unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtrMut for Record {
  type Msg = Record;
  fn get_ptr_mut(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Record> {
    self.inner.ptr_mut()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for Record {
  type Msg = Record;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Record> {
    self.inner.ptr()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtrMut for RecordMut<'_> {
  type Msg = Record;
  fn get_ptr_mut(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Record> {
    self.inner.ptr_mut()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for RecordMut<'_> {
  type Msg = Record;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Record> {
    self.inner.ptr()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for RecordView<'_> {
  type Msg = Record;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Record> {
    self.inner.ptr()
  }
}

unsafe impl ::protobuf::__internal::runtime::UpbGetArena for RecordMut<'_> {
  fn get_arena(&mut self, _private: ::protobuf::__internal::Private) -> &::protobuf::__internal::runtime::Arena {
    self.inner.arena()
  }
}



// This variable must not be referenced except by protobuf generated
// code.
pub(crate) static mut aggregated__Tag_msg_init: ::protobuf::__internal::runtime::MiniTableInitPtr =
    ::protobuf::__internal::runtime::MiniTableInitPtr(::protobuf::__internal::runtime::MiniTablePtr::dangling());
#[allow(non_camel_case_types)]
pub struct Tag {
  inner: ::protobuf::__internal::runtime::OwnedMessageInner<Tag>
}

impl ::protobuf::Message for Tag {
  type MessageView<'msg> = TagView<'msg>;
  type MessageMut<'msg> = TagMut<'msg>;
}

impl ::std::default::Default for Tag {
  fn default() -> Self {
    Self::new()
  }
}

impl ::std::fmt::Debug for Tag {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

// SAFETY:
// - `Tag` is `Sync` because it does not implement interior mutability.
//    Neither does `TagMut`.
unsafe impl ::std::marker::Sync for Tag {}

// SAFETY:
// - `Tag` is `Send` because it uniquely owns its arena and does
//   not use thread-local data.
unsafe impl ::std::marker::Send for Tag {}

impl ::protobuf::Proxied for Tag {
  type View<'msg> = TagView<'msg>;
}

impl ::protobuf::__internal::SealedInternal for Tag {}

impl ::protobuf::MutProxied for Tag {
  type Mut<'msg> = TagMut<'msg>;
}

#[derive(Copy, Clone)]
#[allow(dead_code)]
pub struct TagView<'msg> {
  inner: ::protobuf::__internal::runtime::MessageViewInner<'msg, Tag>,
}

impl<'msg> ::protobuf::__internal::SealedInternal for TagView<'msg> {}

impl<'msg> ::protobuf::MessageView<'msg> for TagView<'msg> {
  type Message = Tag;
}

impl ::std::fmt::Debug for TagView<'_> {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

impl ::std::default::Default for TagView<'_> {
  fn default() -> TagView<'static> {
    ::protobuf::__internal::runtime::MessageViewInner::default().into()
  }
}

impl<'msg> From<::protobuf::__internal::runtime::MessageViewInner<'msg, Tag>> for TagView<'msg> {
  fn from(inner: ::protobuf::__internal::runtime::MessageViewInner<'msg, Tag>) -> Self {
    Self { inner }
  }
}

#[allow(dead_code)]
impl<'msg> TagView<'msg> {

  pub fn to_owned(&self) -> Tag {
    ::protobuf::IntoProxied::into_proxied(*self, ::protobuf::__internal::Private)
  }

  // key: optional string
  pub fn has_key(self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(0)
    }
  }
  pub fn key_opt(self) -> ::std::option::Option<&'msg ::protobuf::ProtoStr> {
    self.has_key().then(|| self.key())
  }
  pub fn key(self) -> ::protobuf::View<'msg, ::protobuf::ProtoString> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        0, (b"").into()
      )
    };
    ::protobuf::ProtoStr::from_utf8_unchecked(unsafe { str_view.as_ref() })
  }

  // value: optional string
  pub fn has_value(self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(1)
    }
  }
  pub fn value_opt(self) -> ::std::option::Option<&'msg ::protobuf::ProtoStr> {
    self.has_value().then(|| self.value())
  }
  pub fn value(self) -> ::protobuf::View<'msg, ::protobuf::ProtoString> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        1, (b"").into()
      )
    };
    ::protobuf::ProtoStr::from_utf8_unchecked(unsafe { str_view.as_ref() })
  }

}

// SAFETY:
// - `TagView` is `Sync` because it does not support mutation.
unsafe impl ::std::marker::Sync for TagView<'_> {}

// SAFETY:
// - `TagView` is `Send` because while its alive a `TagMut` cannot.
// - `TagView` does not use thread-local data.
unsafe impl ::std::marker::Send for TagView<'_> {}

impl<'msg> ::protobuf::AsView for TagView<'msg> {
  type Proxied = Tag;
  fn as_view(&self) -> ::protobuf::View<'msg, Tag> {
    *self
  }
}

impl<'msg> ::protobuf::IntoView<'msg> for TagView<'msg> {
  fn into_view<'shorter>(self) -> TagView<'shorter>
  where
      'msg: 'shorter {
    self
  }
}

impl<'msg> ::protobuf::IntoProxied<Tag> for TagView<'msg> {
  fn into_proxied(self, _private: ::protobuf::__internal::Private) -> Tag {
    let mut dst = Tag::new();
    assert!(unsafe {
      dst.inner.ptr_mut().deep_copy(self.inner.ptr(), dst.inner.arena())
    });
    dst
  }
}

impl<'msg> ::protobuf::IntoProxied<Tag> for TagMut<'msg> {
  fn into_proxied(self, _private: ::protobuf::__internal::Private) -> Tag {
    ::protobuf::IntoProxied::into_proxied(::protobuf::IntoView::into_view(self), _private)
  }
}

impl ::protobuf::__internal::EntityType for Tag {
    type Tag = ::protobuf::__internal::entity_tag::MessageTag;
}

impl<'msg> ::protobuf::__internal::EntityType for TagView<'msg> {
    type Tag = ::protobuf::__internal::entity_tag::ViewProxyTag;
}

impl<'msg> ::protobuf::__internal::EntityType for TagMut<'msg> {
    type Tag = ::protobuf::__internal::entity_tag::MutProxyTag;
}

#[allow(dead_code)]
#[allow(non_camel_case_types)]
pub struct TagMut<'msg> {
  inner: ::protobuf::__internal::runtime::MessageMutInner<'msg, Tag>,
}

impl<'msg> ::protobuf::__internal::SealedInternal for TagMut<'msg> {}

impl<'msg> ::protobuf::MessageMut<'msg> for TagMut<'msg> {
  type Message = Tag;
}

impl ::std::fmt::Debug for TagMut<'_> {
  fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
    write!(f, "{}", ::protobuf::__internal::runtime::debug_string(self))
  }
}

impl<'msg> From<::protobuf::__internal::runtime::MessageMutInner<'msg, Tag>> for TagMut<'msg> {
  fn from(inner: ::protobuf::__internal::runtime::MessageMutInner<'msg, Tag>) -> Self {
    Self { inner }
  }
}

#[allow(dead_code)]
impl<'msg> TagMut<'msg> {

  #[doc(hidden)]
  pub fn as_message_mut_inner(&mut self, _private: ::protobuf::__internal::Private)
    -> ::protobuf::__internal::runtime::MessageMutInner<'msg, Tag> {
    self.inner.reborrow()
  }

  pub fn to_owned(&self) -> Tag {
    ::protobuf::AsView::as_view(self).to_owned()
  }

  // key: optional string
  pub fn has_key(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(0)
    }
  }
  pub fn clear_key(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        0
      );
    }
  }
  pub fn key_opt(&self) -> ::std::option::Option<&'_ ::protobuf::ProtoStr> {
    self.has_key().then(|| self.key())
  }
  pub fn key(&self) -> ::protobuf::View<'_, ::protobuf::ProtoString> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        0, (b"").into()
      )
    };
    ::protobuf::ProtoStr::from_utf8_unchecked(unsafe { str_view.as_ref() })
  }
  pub fn set_key(&mut self, val: impl ::protobuf::IntoProxied<::protobuf::ProtoString>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_string_field(
        ::protobuf::AsMut::as_mut(self).inner,
        0,
        val);
    }
  }

  // value: optional string
  pub fn has_value(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(1)
    }
  }
  pub fn clear_value(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        1
      );
    }
  }
  pub fn value_opt(&self) -> ::std::option::Option<&'_ ::protobuf::ProtoStr> {
    self.has_value().then(|| self.value())
  }
  pub fn value(&self) -> ::protobuf::View<'_, ::protobuf::ProtoString> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        1, (b"").into()
      )
    };
    ::protobuf::ProtoStr::from_utf8_unchecked(unsafe { str_view.as_ref() })
  }
  pub fn set_value(&mut self, val: impl ::protobuf::IntoProxied<::protobuf::ProtoString>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_string_field(
        ::protobuf::AsMut::as_mut(self).inner,
        1,
        val);
    }
  }

}

// SAFETY:
// - `TagMut` does not perform any shared mutation.
unsafe impl ::std::marker::Send for TagMut<'_> {}

// SAFETY:
// - `TagMut` does not perform any shared mutation.
unsafe impl ::std::marker::Sync for TagMut<'_> {}

impl<'msg> ::protobuf::AsView for TagMut<'msg> {
  type Proxied = Tag;
  fn as_view(&self) -> ::protobuf::View<'_, Tag> {
    self.inner.as_view().into()
  }
}

impl<'msg> ::protobuf::IntoView<'msg> for TagMut<'msg> {
  fn into_view<'shorter>(self) -> ::protobuf::View<'shorter, Tag>
  where
      'msg: 'shorter {
    self.inner.as_view().into()
  }
}

impl<'msg> ::protobuf::AsMut for TagMut<'msg> {
  type MutProxied = Tag;
  fn as_mut(&mut self) -> TagMut<'msg> {
    self.inner.reborrow().into()
  }
}

impl<'msg> ::protobuf::IntoMut<'msg> for TagMut<'msg> {
  fn into_mut<'shorter>(self) -> TagMut<'shorter>
  where
      'msg: 'shorter {
    self
  }
}

#[allow(dead_code)]
impl Tag {
  pub fn new() -> Self {
    Self { inner: ::protobuf::__internal::runtime::OwnedMessageInner::<Self>::new() }
  }


  #[doc(hidden)]
  pub fn as_message_mut_inner(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessageMutInner<'_, Tag> {
    ::protobuf::__internal::runtime::MessageMutInner::mut_of_owned(&mut self.inner)
  }

  pub fn as_view(&self) -> TagView<'_> {
    ::protobuf::__internal::runtime::MessageViewInner::view_of_owned(&self.inner).into()
  }

  pub fn as_mut(&mut self) -> TagMut<'_> {
    ::protobuf::__internal::runtime::MessageMutInner::mut_of_owned(&mut self.inner).into()
  }

  // key: optional string
  pub fn has_key(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(0)
    }
  }
  pub fn clear_key(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        0
      );
    }
  }
  pub fn key_opt(&self) -> ::std::option::Option<&'_ ::protobuf::ProtoStr> {
    self.has_key().then(|| self.key())
  }
  pub fn key(&self) -> ::protobuf::View<'_, ::protobuf::ProtoString> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        0, (b"").into()
      )
    };
    ::protobuf::ProtoStr::from_utf8_unchecked(unsafe { str_view.as_ref() })
  }
  pub fn set_key(&mut self, val: impl ::protobuf::IntoProxied<::protobuf::ProtoString>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_string_field(
        ::protobuf::AsMut::as_mut(self).inner,
        0,
        val);
    }
  }

  // value: optional string
  pub fn has_value(&self) -> bool {
    unsafe {
      self.inner.ptr().has_field_at_index(1)
    }
  }
  pub fn clear_value(&mut self) {
    unsafe {
      self.inner.ptr().clear_field_at_index(
        1
      );
    }
  }
  pub fn value_opt(&self) -> ::std::option::Option<&'_ ::protobuf::ProtoStr> {
    self.has_value().then(|| self.value())
  }
  pub fn value(&self) -> ::protobuf::View<'_, ::protobuf::ProtoString> {
    let str_view = unsafe {
      self.inner.ptr().get_string_at_index(
        1, (b"").into()
      )
    };
    ::protobuf::ProtoStr::from_utf8_unchecked(unsafe { str_view.as_ref() })
  }
  pub fn set_value(&mut self, val: impl ::protobuf::IntoProxied<::protobuf::ProtoString>) {
    unsafe {
      ::protobuf::__internal::runtime::message_set_string_field(
        ::protobuf::AsMut::as_mut(self).inner,
        1,
        val);
    }
  }

}  // impl Tag

impl ::std::ops::Drop for Tag {
  #[inline]
  fn drop(&mut self) {
  }
}

impl ::std::clone::Clone for Tag {
  fn clone(&self) -> Self {
    self.as_view().to_owned()
  }
}

impl ::protobuf::AsView for Tag {
  type Proxied = Self;
  fn as_view(&self) -> TagView<'_> {
    self.as_view()
  }
}

impl ::protobuf::AsMut for Tag {
  type MutProxied = Self;
  fn as_mut(&mut self) -> TagMut<'_> {
    self.as_mut()
  }
}

unsafe impl ::protobuf::__internal::runtime::AssociatedMiniTable for Tag {
  fn mini_table() -> ::protobuf::__internal::runtime::MiniTablePtr {
    static ONCE_LOCK: ::std::sync::OnceLock<::protobuf::__internal::runtime::MiniTableInitPtr> =
        ::std::sync::OnceLock::new();
    unsafe {
      ONCE_LOCK.get_or_init(|| {
        super::aggregated_proto::aggregated__Tag_msg_init.0 =
            ::protobuf::__internal::runtime::build_mini_table("$1N1");
        ::protobuf::__internal::runtime::link_mini_table(
            super::aggregated_proto::aggregated__Tag_msg_init.0, &[], &[]);
        ::protobuf::__internal::runtime::MiniTableInitPtr(super::aggregated_proto::aggregated__Tag_msg_init.0)
      }).0
    }
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetArena for Tag {
  fn get_arena(&mut self, _private: ::protobuf::__internal::Private) -> &::protobuf::__internal::runtime::Arena {
    self.inner.arena()
  }
}

unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtrMut for Tag {
  type Msg = Tag;
  fn get_ptr_mut(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Tag> {
    self.inner.ptr_mut()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for Tag {
  type Msg = Tag;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Tag> {
    self.inner.ptr()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtrMut for TagMut<'_> {
  type Msg = Tag;
  fn get_ptr_mut(&mut self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Tag> {
    self.inner.ptr_mut()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for TagMut<'_> {
  type Msg = Tag;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Tag> {
    self.inner.ptr()
  }
}
unsafe impl ::protobuf::__internal::runtime::UpbGetMessagePtr for TagView<'_> {
  type Msg = Tag;
  fn get_ptr(&self, _private: ::protobuf::__internal::Private) -> ::protobuf::__internal::runtime::MessagePtr<Tag> {
    self.inner.ptr()
  }
}

unsafe impl ::protobuf::__internal::runtime::UpbGetArena for TagMut<'_> {
  fn get_arena(&mut self, _private: ::protobuf::__internal::Private) -> &::protobuf::__internal::runtime::Arena {
    self.inner.arena()
  }
}



