//! The compound file that an `.xls` (or a workbook with a password) is: a little file system of
//! sectors and chains. Checked here in full before the workbook library follows the same chains,
//! because that would follow a circle for ever.

/// Marks the end of a chain.
const END_OF_CHAIN: u32 = 0xffff_fffe;
/// Sector numbers from here on mean something else.
const FIRST_RESERVED: u32 = 0xffff_fffa;
/// Streams shorter than this live in the small sectors of the root's stream.
const SMALL_STREAM: usize = 4096;
/// The size of a small sector.
const SMALL_SECTOR: usize = 64;
/// The size of a directory entry.
const ENTRY: usize = 128;

/// A compound file whose chains are sound.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small_sectors: Vec<u8>,
    entries: Vec<Entry>,
}

/// A stream or folder of the file.
struct Entry {
    name: String,
    start: u32,
    len: usize,
}

impl<'a> Compound<'a> {
    /// Reads the whole structure; `None` where it contradicts itself.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut this = Self {
            bytes,
            sector,
            table: Vec::new(),
            small_table: Vec::new(),
            small_sectors: Vec::new(),
            entries: Vec::new(),
        };
        this.table = this.read_table()?;
        let folder = this.chain(u32_at(bytes, 48)?, usize::MAX)?;
        this.entries = folder.chunks_exact(ENTRY).filter_map(|entry| Entry::parse(entry, sector)).collect();
        let root = this.entries.first()?;
        if u32_at(bytes, 64)? > 0 {
            this.small_sectors = this.chain(root.start, root.len)?;
            let sectors = usize::try_from(u32_at(bytes, 64)?).ok()?;
            this.small_table = numbers(&this.chain(u32_at(bytes, 60)?, sectors.checked_mul(sector)?)?);
        }
        Some(this)
    }

    /// Whether there is a stream or folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// A stream's bytes; `None` where it is not there or its chain is broken.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        if entry.len >= SMALL_STREAM {
            return self.chain(entry.start, entry.len);
        }
        let sector = |id| Some(SMALL_SECTOR * usize::try_from(id).ok()?);
        follow(&self.small_table, &self.small_sectors, SMALL_SECTOR, sector, entry.start, entry.len)
    }

    /// The table of chains, gathered from the header's list and the list's own further sectors.
    fn read_table(&self) -> Option<Vec<u32>> {
        let sectors = self.bytes.len() / self.sector;
        let mut list = numbers(self.bytes.get(76..512)?);
        let mut next = u32_at(self.bytes, 68)?;
        let mut visited = 0;
        while next < FIRST_RESERVED {
            visited += 1;
            if visited > sectors {
                return None;
            }
            list.extend(numbers(self.sector_bytes(next)?));
            next = list.pop()?;
        }
        let listed: Vec<u32> = list.into_iter().filter(|id| *id < END_OF_CHAIN - 1).collect();
        if listed.len() > sectors {
            return None;
        }
        let mut table = Vec::new();
        for id in listed {
            table.extend(numbers(self.sector_bytes(id)?));
        }
        Some(table)
    }

    /// Where a sector begins: the header takes the room of one.
    fn offset(&self, id: u32) -> Option<usize> {
        usize::try_from(id).ok()?.checked_add(1)?.checked_mul(self.sector)
    }

    /// A sector's bytes; the file's last one may be short.
    fn sector_bytes(&self, id: u32) -> Option<&'a [u8]> {
        let start = self.offset(id)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        follow(&self.table, self.bytes, self.sector, |id| self.offset(id), start, len)
    }
}

/// Follows a chain to its end or to `len` bytes; `None` where it leaves the file or runs in a circle.
fn follow(
    table: &[u32],
    bytes: &[u8],
    sector: usize,
    offset: impl Fn(u32) -> Option<usize>,
    start: u32,
    len: usize,
) -> Option<Vec<u8>> {
    let mut gathered = Vec::new();
    let mut id = start;
    let mut visited = 0;
    while id != END_OF_CHAIN {
        visited += 1;
        if visited > table.len() {
            return None;
        }
        let begin = offset(id)?;
        let end = begin.checked_add(sector)?.min(bytes.len());
        let piece = bytes.get(begin..end)?;
        gathered.extend_from_slice(&piece[..piece.len().min(len - gathered.len())]);
        if gathered.len() >= len {
            break;
        }
        id = *table.get(usize::try_from(id).ok()?)?;
    }
    Some(gathered)
}

impl Entry {
    fn parse(entry: &[u8], sector: usize) -> Option<Self> {
        let units: Vec<u16> =
            entry.get(..64)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
        let low = u32_at(entry, 120)?;
        let high = if sector == 512 { 0 } else { u32_at(entry, 124)? };
        let len = usize::try_from(u64::from(high) << 32 | u64::from(low)).ok()?;
        Some(Self { name: String::from_utf16_lossy(&units[..end]), start: u32_at(entry, 116)?, len })
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
