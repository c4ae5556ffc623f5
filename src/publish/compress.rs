//! Bytes of one file in, the same bytes packed with gzip and brotli out; the same in, the same out. No I/O.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};

use crate::model::Coding;

/// Effort of gzip: beyond it files get a percent smaller for twice the time.
const GZIP_LEVEL: u32 = 6;
/// Effort of brotli, for the same reason.
const BROTLI_QUALITY: i32 = 5;

/// Packs `plain` with a coding. No time stands in the result, so that equal files stay equal.
///
/// # Errors
/// None that a writer into memory is known to have.
pub(super) fn compress(plain: &[u8], coding: Coding) -> io::Result<Cow<'_, [u8]>> {
    if coding == Coding::Identity {
        return Ok(Cow::Borrowed(plain));
    }
    let mut packed = Vec::new();
    compress_into(&mut &plain[..], plain.len() as u64, coding, &mut packed)?;
    Ok(Cow::Owned(packed))
}

/// The same from a reader, which has some `length` bytes to give, to a writer.
///
/// # Errors
/// Those of the two.
pub(super) fn compress_into(from: &mut impl Read, length: u64, coding: Coding, to: &mut impl Write) -> io::Result<()> {
    match coding {
        Coding::Identity => io::copy(from, to).map(drop),
        Coding::Gzip => {
            let mut encoder = GzBuilder::new().mtime(0).write(to, Compression::new(GZIP_LEVEL));
            io::copy(from, &mut encoder)?;
            encoder.finish().map(drop)
        }
        Coding::Brotli => {
            let params = BrotliEncoderParams {
                quality: BROTLI_QUALITY,
                size_hint: usize::try_from(length).unwrap_or(usize::MAX),
                ..BrotliEncoderParams::default()
            };
            brotli::BrotliCompress(from, to, &params).map(drop)
        }
    }
}

/// Whether files of this media type are worth packing: all text is, pictures are packed already.
pub(super) fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let subtype = essence.rsplit('/').next().unwrap_or_default();
    essence.starts_with("text/")
        || ["xml", "json", "javascript"].contains(&subtype)
        || subtype.ends_with("+xml")
        || subtype.ends_with("+json")
}

/// Does `work` for each job on as many threads as there are cores, and gives the results in the order of the jobs.
///
/// # Errors
/// The first error in that order; the other jobs may have been done or not.
pub(super) fn in_parallel<Job: Sync, Done: Send, Error: Send>(
    jobs: &[Job],
    work: impl Fn(&Job) -> Result<Done, Error> + Sync,
) -> Result<Vec<Done>, Error> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return done };
            done.push((index, work(job)));
        }
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (1..cores.min(jobs.len())).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_unpacks_to_the_same_bytes() {
        for plain in [&b""[..], b"a", &b"Jakarta, WIB. ".repeat(10_000)] {
            let mut read = Vec::new();
            let gzip = compress(plain, Coding::Gzip).unwrap();
            flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
            read.clear();
            let br = compress(plain, Coding::Brotli).unwrap();
            brotli::Decompressor::new(&br[..], 4096).read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
        }
    }

    #[test]
    fn gzip_tells_no_time() {
        assert_eq!(compress(b"a", Coding::Gzip).unwrap()[4..8], [0; 4]);
    }

    #[test]
    fn text_is_told_from_pictures() {
        let check = |media_type, expected| assert_eq!(is_text(media_type), expected, "{media_type}");
        check("text/html; charset=utf-8", true);
        check("application/rss+xml; charset=utf-8", true);
        check("application/feed+json", true);
        check("application/xml", true);
        check("image/svg+xml", true);
        check("text/x-opml; charset=utf-8", true);
        check("image/png", false);
        check("application/gzip", false);
        check("", false);
    }

    #[test]
    fn parallel_work_keeps_its_order_and_tells_the_first_error() {
        let jobs: Vec<u32> = (0..100).collect();
        assert_eq!(in_parallel(&jobs, |job| Ok::<_, ()>(job * 2)).unwrap(), (0..200).step_by(2).collect::<Vec<_>>());
        assert_eq!(in_parallel(&jobs, |job| if job % 10 == 7 { Err(*job) } else { Ok(()) }), Err(7));
        assert_eq!(in_parallel(&[], |(): &()| Ok::<_, ()>(())).unwrap(), vec![]);
    }
}
