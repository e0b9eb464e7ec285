"""Numbers of the format and of the service."""

MAGIC = b"\xf3\x89\x9a\xc2"
DIGEST_SIZE = 16
MAX_BYTES_PER_RECORD = 1024 * 1024
