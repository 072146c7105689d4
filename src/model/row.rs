//! One instruction of the sheet, and the item it names.

use serde::{Deserialize, Serialize};

use super::{Column, Role, Status, index_of};

/// One checked instruction of the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The row number as Excel shows it (1 is the first line of the sheet).
    pub number: u64,
    /// The cells, one for each column of the operation, in its order; empty where the sheet has none.
    pub cells: Vec<String>,
    /// The sheet's own further columns, in its order.
    pub extra: Vec<String>,
    /// When the sheet is an earlier result: the name of the target that the row is pinned to.
    pub pinned_name: Option<String>,
    /// When the sheet is an earlier result: what it says became of the row.
    pub earlier: Option<Status>,
}

impl Row {
    /// The cell of the first column with a role; empty where the operation has no such column.
    #[must_use]
    pub fn cell(&self, columns: &[Column], role: Role) -> &str {
        index_of(columns, role).and_then(|index| self.cells.get(index)).map_or("", String::as_str)
    }

    /// The cell of the column with a key; empty where the operation has no such column.
    #[must_use]
    pub fn cell_of(&self, columns: &[Column], key: &str) -> &str {
        let index = columns.iter().position(|column| column.key == key);
        index.and_then(|index| self.cells.get(index)).map_or("", String::as_str)
    }

    /// What the row names.
    #[must_use]
    pub fn item(&self, columns: &[Column]) -> Item {
        let cells = columns
            .iter()
            .zip(&self.cells)
            .filter(|(column, _)| column.role == Role::Item)
            .map(|(column, cell)| (column.key.to_owned(), cell.clone()))
            .collect();
        Item { cells }
    }
}

/// What a row names: an SPU, a trade, a coupon, a pool activity. Looked up once, however many rows name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Item {
    /// The item columns and their cells: `("spu", "4975750079")`.
    pub cells: Vec<(String, String)>,
}

impl Item {
    /// The id that people know it by: the first filled cell.
    #[must_use]
    pub fn id(&self) -> &str {
        self.cells.iter().map(|(_, cell)| cell.as_str()).find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// The cell of one column; empty where there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.cells.iter().find(|(column, _)| column == key).map_or("", |(_, cell)| cell)
    }
}
