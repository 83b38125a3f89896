//! From bytes to characters, in whatever encoding a browser or a spreadsheet wrote: UTF-8 with or
//! without a byte-order mark, UTF-16 in either order, Windows-1252. Refuses what is no text.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Largest file, in bytes.
pub(super) const MOST_BYTES: usize = 8 * 1024 * 1024;

/// As far into a page its declaration of an encoding is looked for.
const DECLARATION: usize = 4096;

/// Why a file cannot be read as a table, and the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoText {
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

/// The characters of a file.
pub(super) fn text(bytes: &[u8]) -> Result<String, NoText> {
    if bytes.len() > MOST_BYTES {
        return Err(NoText {
            message: "it is larger than 8 MiB",
            help: "save the list alone, or in several files: `--table` may be repeated",
        });
    }
    if let Some(other) = other_format(bytes) {
        return Err(other);
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return plain(decoded(encoding, bytes.get(length..).unwrap_or_default()));
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return plain(decoded(encoding, bytes));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return plain(text.to_owned());
    }
    plain(decoded(declared(bytes).unwrap_or(WINDOWS_1252), bytes))
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn plain(text: String) -> Result<String, NoText> {
    if text.contains('\0') {
        return Err(NoText {
            message: "it is no text: it holds zero bytes",
            help: "save the page as HTML, or the spreadsheet as CSV",
        });
    }
    Ok(text)
}

/// Formats that people mistake for a table.
fn other_format(bytes: &[u8]) -> Option<NoText> {
    let spreadsheet = NoText {
        message: "it is a spreadsheet of its program's own format",
        help: "save it as CSV: File, Save as, `CSV UTF-8 (comma delimited)`",
    };
    let starts = |with: &[u8]| bytes.starts_with(with);
    if starts(b"PK\x03\x04") || starts(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Some(spreadsheet);
    }
    if starts(b"%PDF") {
        return Some(NoText {
            message: "it is a PDF",
            help: "save the page as HTML, or copy the table into a text file",
        });
    }
    let head = bytes
        .get(..bytes.len().min(DECLARATION))
        .unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let archive = head.contains("mime-version:") && head.contains("multipart/related");
    archive.then_some(NoText {
        message: "it is a web archive (MHTML)",
        help: "save the page again, as `Webpage, HTML only`",
    })
}

/// UTF-16 whose mark was lost: among plain letters every second byte is zero.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let pairs = head.len() / 2;
    if pairs < 2 {
        None
    } else if zeros(1) * 10 >= pairs * 9 && zeros(0) == 0 {
        Some(UTF_16LE)
    } else if zeros(0) * 10 >= pairs * 9 && zeros(1) == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding that a page declares of itself.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes
        .get(..bytes.len().min(DECLARATION))
        .unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let label: String = after
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect();
    // What is declared UTF-8 and is not is most likely what Windows writes.
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Name;Email\r\nZoë O’Neill;z.oneill@oakfield.example\r\n";

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_that_a_spreadsheet_writes_is_read() {
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let windows = WINDOWS_1252.encode(TEXT).0.into_owned();
        let files = [
            TEXT.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], TEXT.as_bytes().to_vec()),
            marked(&[0xff, 0xfe], utf_16(TEXT, u16::to_le_bytes)),
            marked(&[0xfe, 0xff], utf_16(TEXT, u16::to_be_bytes)),
            utf_16(TEXT.replace('’', "'").as_str(), u16::to_le_bytes),
            windows,
        ];
        for (index, file) in files.iter().enumerate() {
            let read = text(file).unwrap().replace('\'', "’");
            assert_eq!(read, TEXT, "{index}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_way_out() {
        let workbook = text(b"PK\x03\x04rest").unwrap_err();
        assert!(workbook.help.contains("CSV"));
        assert!(text(b"%PDF-1.7").is_err());
        assert!(
            text(b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;").is_err()
        );
        assert!(text(b"a\0\0\0b\0\0").is_err());
        assert!(text(&vec![b'a'; MOST_BYTES + 1]).is_err());
    }
}
