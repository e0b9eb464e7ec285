use kinesis_agg::*;
use std::hint::black_box;
fn main() {
    let mode = std::env::args().nth(1).unwrap();
    let payload = vec![0x5A; 100];
    let rec = UserRecord::new("sensor-00000001", &payload);
    let mut agg = Aggregator::with_key_slots(vec![0; 51200], vec![KeySlot::EMPTY; 2048]);
    while agg.add(&rec).is_ok() {}
    let data = agg.finish().unwrap().data.to_vec();
    for _ in 0..1000 {
        match mode.as_str() {
            "parse" => {
                black_box(AggregatedRecord::parse_unverified(black_box(&data)).unwrap());
            }
            "read" => {
                for r in AggregatedRecord::parse_unverified(black_box(&data)).unwrap().user_records() {
                    black_box(r);
                }
            }
            "add" => {
                agg.clear();
                while agg.add(black_box(&rec)).is_ok() {}
            }
            _ => {}
        }
    }
}
