//! PEM: what stands between `-----BEGIN …-----` and `-----END …-----`, whatever stands around it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::content::Content;

/// One block of a PEM text.
pub(super) struct Block {
    /// What the block says it is: `PRIVATE KEY`.
    pub label: String,
    /// Its content; `None` where that is not whole.
    pub der: Option<Zeroizing<Vec<u8>>>,
}

impl Block {
    /// What the block holds, whatever its label says.
    pub fn content(&self) -> Content<'_> {
        self.der.as_ref().map_or(Content::Other, |der| Content::of(der))
    }
}

/// The blocks of a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, after)) = after.split_once("-----") else { break };
        let end = format!("-----END {label}-----");
        let Some((body, after)) = after.split_once(&end) else {
            blocks.push(Block { label: label.to_owned(), der: None });
            break;
        };
        blocks.push(Block { label: label.to_owned(), der: decode(body) });
        rest = after;
    }
    blocks
}

/// Base64 over several lines. Lines with a colon are the headers of old encrypted keys.
fn decode(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    let lines = body.lines().map(str::trim).filter(|line| !line.contains(':'));
    let packed: Zeroizing<String> = Zeroizing::new(lines.flat_map(str::split_whitespace).collect());
    STANDARD.decode(packed.as_bytes()).ok().filter(|der| !der.is_empty()).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_are_found_among_other_lines_and_whatever_the_line_ends() {
        let text = "Bag Attributes\r\n-----BEGIN A B-----\r\nAQID\r\nBA==\r\n-----END A B-----\r\n-----BEGIN C-----\nAQ==\n-----END C-----";
        let found: Vec<_> =
            blocks(text).into_iter().map(|block| (block.label, block.der.map(|der| der.to_vec()))).collect();
        assert_eq!(found, [("A B".to_owned(), Some(vec![1, 2, 3, 4])), ("C".to_owned(), Some(vec![1]))]);
    }

    #[test]
    fn a_block_that_is_cut_or_not_base64_is_there_but_empty() {
        for text in
            ["-----BEGIN A-----\nAQID", "-----BEGIN A-----\n?!\n-----END A-----", "-----BEGIN A----------END A-----"]
        {
            let found = blocks(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].der.is_none(), "{text}");
        }
        assert!(blocks("").is_empty() && blocks("-----BEGIN A").is_empty());
    }
}
