//! Content decoding within limits.
//!
//! In: the bytes of a body as they crossed the wire, and the `Content-Encoding` beside them. Out: the body, with a
//! repair where the header and the bytes disagree. Never writes more than the cap, whatever the bytes promise.

use std::io::{ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use crate::model::{GROWTH_FREE, MAX_CODINGS, MAX_GROWTH, MAX_ZSTD_WINDOW, Repair, RepairKind};

/// Bytes that a decoder hands over at a time; the cap is looked at after each.
const STEP: usize = 32 * 1024;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It would be larger than this many bytes.
    TooLarge(u64),
    /// It ends in the middle.
    CutOff,
    /// The bytes are in no coding that the header names, nor plain text.
    Undecodable,
}

/// A coding of RFC 9110 8.4.1 and RFC 9659.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What the first bytes say, for the two codings that have a mark.
    fn marked(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// Decodes a body. `labels` is the `Content-Encoding`, empty where there is none; `max_body` bounds what comes out, and
/// so does growth past [`MAX_GROWTH`].
pub(super) fn decode(wire: Vec<u8>, labels: &str, max_body: u64) -> Result<(Vec<u8>, Vec<Repair>), Broken> {
    let grown = (wire.len() as u64).saturating_mul(MAX_GROWTH).max(GROWTH_FREE);
    let cap = max_body.min(grown);
    let mut repairs = Vec::new();
    let mut body = wire;
    for coding in codings(labels, &body, &mut repairs)? {
        body = undo(coding, body, cap, &mut repairs)?;
    }
    if body.len() as u64 > cap { Err(Broken::TooLarge(cap)) } else { Ok((body, repairs)) }
}

/// The codings to undo, the last applied first. Names that are none (`utf-8`, `none`) mean plain bytes.
fn codings(labels: &str, bytes: &[u8], repairs: &mut Vec<Repair>) -> Result<Vec<Coding>, Broken> {
    let mut found = Vec::new();
    for label in labels.split(',').rev().map(|label| label.trim().to_ascii_lowercase()) {
        match Coding::named(&label) {
            Some(_) if found.len() == MAX_CODINGS => return Err(Broken::Undecodable),
            Some(coding) => found.push(coding),
            None if label.is_empty() || label == "identity" => {}
            None => repairs.push(header(format!("Content-Encoding says {label:.40?}, which is no coding"))),
        }
    }
    // A file `feed.xml.gz` that is served as it lies there.
    if let ([], Some(coding)) = (found.as_slice(), Coding::marked(bytes)) {
        repairs.push(header(format!("the body is {coding:?}, and no Content-Encoding says so")));
        found.push(coding);
    }
    Ok(found)
}

/// Undoes one coding; where the bytes are in another one or in none, says so and reads them as what they are.
fn undo(coding: Coding, bytes: Vec<u8>, cap: u64, repairs: &mut Vec<Repair>) -> Result<Vec<u8>, Broken> {
    if bytes.is_empty() {
        return Ok(bytes);
    }
    let mut out = Capped { bytes: Vec::new(), cap };
    let failed = match run(coding, &bytes, &mut out) {
        Ok(()) => return Ok(out.bytes),
        Err(Broken::Undecodable) => Broken::Undecodable,
        Err(Broken::CutOff) if is_text(&bytes) => Broken::CutOff,
        Err(broken) => return Err(broken),
    };
    // Rubbish behind a whole gzip member: the text before it is all there.
    if coding == Coding::Gzip && Coding::marked(&bytes) == Some(coding) && !out.bytes.is_empty() {
        repairs.push(header("the gzip stream is followed by bytes that are none".to_owned()));
        return Ok(out.bytes);
    }
    match Coding::marked(&bytes) {
        Some(other) if other != coding => {
            let mut out = Capped { bytes: Vec::new(), cap };
            run(other, &bytes, &mut out)?;
            repairs.push(header(format!("Content-Encoding says {coding:?}, the body is {other:?}")));
            Ok(out.bytes)
        }
        None if is_text(&bytes) => {
            repairs.push(header(format!("Content-Encoding says {coding:?}, the body is plain")));
            Ok(bytes)
        }
        _ => Err(failed),
    }
}

fn run(coding: Coding, bytes: &[u8], out: &mut Capped) -> Result<(), Broken> {
    match coding {
        Coding::Gzip => copy(MultiGzDecoder::new(bytes), out),
        // RFC 9110 means zlib; some servers send deflate alone.
        Coding::Deflate => inflate(bytes, true, out).or_else(|broken| match broken {
            Broken::Undecodable => {
                out.bytes.clear();
                inflate(bytes, false, out)
            }
            other => Err(other),
        }),
        Coding::Brotli => copy(brotli::Decompressor::new(Whole(bytes), STEP), out),
        Coding::Zstd => unzstd(bytes, out),
    }
}

/// Reads a decoder to its end.
fn copy(mut decoder: impl Read, out: &mut Capped) -> Result<(), Broken> {
    let mut step = vec![0; STEP];
    loop {
        match decoder.read(&mut step) {
            Ok(0) => return Ok(()),
            Ok(n) => out.push(&step[..n])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(Broken::CutOff),
            Err(_) => return Err(Broken::Undecodable),
        }
    }
}

/// One deflate stream, with or without zlib's frame. flate2's readers take the end of the input for the end of the
/// stream, so the stream's own end is looked at here.
fn inflate(bytes: &[u8], zlib: bool, out: &mut Capped) -> Result<(), Broken> {
    let mut decoder = Decompress::new(zlib);
    let mut step = vec![0; STEP];
    loop {
        let (read, written) = (decoder.total_in(), decoder.total_out());
        let rest = usize::try_from(read).ok().and_then(|read| bytes.get(read..)).unwrap_or_default();
        let status = decoder.decompress(rest, &mut step, FlushDecompress::None).map_err(|_| Broken::Undecodable)?;
        let made = usize::try_from(decoder.total_out() - written).unwrap_or(STEP).min(STEP);
        out.push(&step[..made])?;
        match status {
            Status::StreamEnd => return Ok(()),
            _ if made == 0 && decoder.total_in() == read => return Err(Broken::CutOff),
            _ => {}
        }
    }
}

/// Frame after frame (RFC 8878 3.1), skippable ones left out, with the window that RFC 9659 allows.
fn unzstd(mut rest: &[u8], out: &mut Capped) -> Result<(), Broken> {
    while !rest.is_empty() {
        match StreamingDecoder::new_with_max_window_size(&mut rest, MAX_ZSTD_WINDOW) {
            Ok(mut frame) => copy_frame(&mut frame, out)?,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                rest = usize::try_from(length).ok().and_then(|length| rest.get(length..)).ok_or(Broken::CutOff)?;
            }
            Err(_) => return Err(Broken::Undecodable),
        }
    }
    Ok(())
}

/// Like [`copy`], for a decoder that wraps the end of its input into errors of its own.
fn copy_frame(
    frame: &mut StreamingDecoder<&mut &[u8], ruzstd::decoding::FrameDecoder>,
    out: &mut Capped,
) -> Result<(), Broken> {
    match copy(&mut *frame, out) {
        Err(Broken::Undecodable) if frame.get_ref().is_empty() => Err(Broken::CutOff),
        done => done,
    }
}

/// Input that is asked for more only by a decoder whose stream was cut: brotli's takes that for wrong bytes.
struct Whole<'a>(&'a [u8]);

impl Read for Whole<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() { Err(ErrorKind::UnexpectedEof.into()) } else { self.0.read(into) }
    }
}

/// What comes out, up to the cap.
struct Capped {
    bytes: Vec<u8>,
    cap: u64,
}

impl Capped {
    fn push(&mut self, more: &[u8]) -> Result<(), Broken> {
        if (self.bytes.len() + more.len()) as u64 > self.cap {
            return Err(Broken::TooLarge(self.cap));
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }
}

/// True when bytes begin as documents do: `<`, `{` or `[`, after blanks and a byte order mark.
fn is_text(bytes: &[u8]) -> bool {
    let skipped = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    matches!(bytes.iter().find(|byte| !skipped(byte)), Some(b'<' | b'{' | b'['))
}

fn header(detail: String) -> Repair {
    Repair { kind: RepairKind::Header, detail }
}

#[cfg(test)]
mod tests;
