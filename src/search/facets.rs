//! How many of the pages that were found have which kind, family and tier, counted while they are found.

use std::collections::BTreeMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

/// The fields that results can be narrowed by.
const FIELDS: [&str; 3] = ["kind", "family", "tier"];

/// Counts the values of each facet.
pub struct Facets;

/// The counts of one segment, by the number that a value has there.
pub struct OfSegment(Vec<Option<(StrColumn, Vec<usize>)>>);

/// For each facet its values, with how many pages have them.
pub type Counts = [BTreeMap<String, usize>; 3];

impl Collector for Facets {
    type Fruit = Counts;
    type Child = OfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OfSegment> {
        let column = |name: &&str| -> tantivy::Result<_> {
            let column = segment.fast_fields().str(name)?;
            Ok(column.map(|column| {
                let counts = vec![0; column.num_terms()];
                (column, counts)
            }))
        };
        Ok(OfSegment(FIELDS.iter().map(column).collect::<Result<_, TantivyError>>()?))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut all = Counts::default();
        for segment in segments {
            for (all, counts) in all.iter_mut().zip(segment) {
                for (value, count) in counts {
                    *all.entry(value).or_default() += count;
                }
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Counts;

    fn collect(&mut self, doc: DocId, _: Score) {
        for (column, counts) in self.0.iter_mut().flatten() {
            for value in column.term_ords(doc) {
                counts[value as usize] += 1;
            }
        }
    }

    fn harvest(self) -> Counts {
        let mut all = Counts::default();
        for (all, column) in all.iter_mut().zip(self.0) {
            let Some((column, counts)) = column else { continue };
            for (value, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let mut word = String::new();
                if column.ord_to_str(value as u64, &mut word).unwrap_or(false) {
                    all.insert(word, count);
                }
            }
        }
        all
    }
}
