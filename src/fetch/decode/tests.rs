use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::*;

const MAX: u64 = 4 * 1024 * 1024;
const FEED: &[u8] = b"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title></channel></rss>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ::brotli::CompressorWriter::new(&mut out, 4096, 5, 20).write_all(bytes).unwrap();
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A zstd frame whose header asks for a window of 2^(10 + log) bytes, with one empty raw block.
fn zstd_window(log: u8) -> Vec<u8> {
    vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, log << 3, 0x01, 0x00, 0x00]
}

fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

#[test]
fn every_coding_is_undone() {
    let check =
        |labels: &str, wire: Vec<u8>| assert_eq!(decode(wire, labels, MAX), Ok((FEED.to_vec(), vec![])), "{labels}");
    check("", FEED.to_vec());
    check("identity", FEED.to_vec());
    check("gzip", gzip(FEED));
    check("X-GZIP", gzip(FEED));
    check("gzip", [gzip(&FEED[..30]), gzip(&FEED[30..])].concat());
    check("deflate", zlib(FEED));
    check("deflate", deflate(FEED));
    check("br", brotli(FEED));
    check("zstd", zstd(FEED));
    check("zstd", [zstd(&FEED[..30]), zstd(&FEED[30..])].concat());
    check("zstd", [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3], &zstd(FEED)[..]].concat());
    check("gzip, br", brotli(&gzip(FEED)));
    for labels in ["gzip", "deflate", "br", "zstd"] {
        assert_eq!(decode(Vec::new(), labels, MAX), Ok((vec![], vec![])), "{labels}");
    }
}

#[test]
fn a_wrong_label_is_a_repair() {
    let check = |labels: &str, wire: Vec<u8>| {
        let (body, repairs) = decode(wire, labels, MAX).expect(labels);
        assert_eq!((body.as_slice(), repairs.len(), repairs[0].kind), (FEED, 1, RepairKind::Header), "{labels}");
    };
    check("gzip", FEED.to_vec());
    check("deflate", FEED.to_vec());
    check("br", FEED.to_vec());
    check("zstd", FEED.to_vec());
    check("utf-8", FEED.to_vec());
    check("none", FEED.to_vec());
    check("", gzip(FEED));
    check("", zstd(FEED));
    check("br", gzip(FEED));
    check("deflate", gzip(FEED));
    check("gzip", zstd(FEED));
    check("gzip", [gzip(FEED), b"rubbish behind it".to_vec()].concat());
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let check =
        |labels: &str, wire: Vec<u8>, broken: Broken| assert_eq!(decode(wire, labels, MAX), Err(broken), "{labels}");
    let noise: Vec<u8> = (0..2_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    check("gzip", half(&gzip(&noise)), Broken::CutOff);
    check("deflate", half(&zlib(&noise)), Broken::CutOff);
    check("br", half(&brotli(&noise)), Broken::CutOff);
    check("zstd", half(&zstd(&noise)), Broken::CutOff);
    check("gzip", vec![1; 100], Broken::Undecodable);
    check("zstd", vec![1; 100], Broken::Undecodable);
    check("gzip, gzip, gzip", gzip(&gzip(&gzip(FEED))), Broken::Undecodable);
    check("zstd", zstd_window(14), Broken::Undecodable);
    assert!(decode(zstd_window(13), "zstd", MAX).is_ok());
}

#[test]
fn bombs_stop_at_the_cap() {
    let zeros = vec![0; 64 * 1024 * 1024];
    let check = |labels: &str, wire: Vec<u8>, max: u64, cap: u64| {
        assert_eq!(decode(wire, labels, max), Err(Broken::TooLarge(cap)), "{labels}");
    };
    check("gzip", gzip(&zeros), MAX, MAX);
    check("deflate", zlib(&zeros), MAX, MAX);
    check("deflate", deflate(&zeros), MAX, MAX);
    // Brotli shrinks them so far that growth is what stops them.
    check("br", brotli(&zeros), MAX, GROWTH_FREE);
    check("gzip, br", brotli(&gzip(&zeros)), MAX, GROWTH_FREE);
    let wire = gzip(&zeros);
    let grown = wire.len() as u64 * MAX_GROWTH;
    check("gzip", wire, u64::MAX, grown);
    check("", vec![b'<'; 2 * 1024 * 1024], 1024 * 1024, 1024 * 1024);
}

#[test]
fn nothing_beyond_the_cap_is_ever_held() {
    let mut out = Capped { bytes: Vec::new(), cap: 100_000 };
    assert_eq!(run(Coding::Gzip, &gzip(&vec![0; 50 * 1024 * 1024]), &mut out), Err(Broken::TooLarge(100_000)));
    assert!(out.bytes.len() <= 100_000);
}

proptest::proptest! {
    #[test]
    fn any_bytes_under_any_label_end(wire: Vec<u8>, label in "gzip|deflate|br|zstd|gzip, br|") {
        drop(decode(wire, &label, MAX));
    }

    #[test]
    fn what_was_coded_comes_back(body in proptest::collection::vec(0..255_u8, 0..4_000)) {
        // A body that begins as a coding does is taken for one.
        proptest::prop_assume!(Coding::marked(&body).is_none());
        for (label, wire) in [("gzip", gzip(&body)), ("deflate", zlib(&body)), ("br", brotli(&body)), ("zstd", zstd(&body))] {
            let (back, repairs) = decode(wire, label, MAX).unwrap();
            proptest::prop_assert!(back == body && repairs.is_empty());
        }
    }
}
