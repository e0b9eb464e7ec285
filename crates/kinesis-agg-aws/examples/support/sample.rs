//! User records like those of a fleet of sensors.

/// Returns the name of a sensor and its reading: about 100 bytes of JSON.
pub(crate) fn sample(number: u64) -> (String, String) {
    let sensor = number.wrapping_mul(0x9E37_79B9) % 1000;
    let value = number.wrapping_mul(0x85EB_CA6B) % 4000;
    let (whole, part) = (value / 100, value % 100);
    let data = format!(
        r#"{{"sensor":"sensor-{sensor}","sequence":{number},"celsius":{whole}.{part:02},"battery":{}}}"#,
        number % 101
    );
    (format!("sensor-{sensor}"), data)
}
