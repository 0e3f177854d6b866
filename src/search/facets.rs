//! How many of the pages that were found have which kind, family and tier, counted while they are found.
//!
//! Pages of the same kind, family and tiers are of one class. There are few classes, so that to count a page is to count
//! its class; what that means is asked once for each class and not for each page.

use super::documents::Document;
use super::index::failed;
use crate::error::Result;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::index::SegmentId;
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

/// The column in which a page's class stands.
pub const COLUMN: &str = "class";

/// For each facet (kind, family, tier) its values, with how many pages have them.
pub type Counts = [BTreeMap<String, usize>; 3];

/// The class of a document as the column says it: kind, family and tiers, none of which holds a slash or a comma.
pub fn class_of(document: &Document) -> String {
    format!("{}/{}/{}", document.kind, document.family, document.tiers.join(","))
}

/// The values that a class has for each facet.
fn values(class: &str) -> [Vec<String>; 3] {
    let mut facets = class
        .splitn(3, '/')
        .map(|values| values.split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect());
    std::array::from_fn(|_| facets.next().unwrap_or_default())
}

/// The classes of the pages in one segment.
struct Classes {
    /// By the number of the page.
    of_page: Vec<u32>,
    /// By the number of the class.
    values: Vec<[Vec<String>; 3]>,
}

impl Classes {
    /// All pages of a segment in one class, which has no values.
    fn none(segment: &SegmentReader) -> Classes {
        Classes { of_page: vec![0; segment.max_doc() as usize], values: vec![values("")] }
    }

    fn of(segment: &SegmentReader) -> tantivy::Result<Classes> {
        let Some(column) = segment.fast_fields().str(COLUMN)? else { return Ok(Classes::none(segment)) };
        let class = |page| column.ords().first(page).unwrap_or_default() as u32;
        let of_page = (0..segment.max_doc()).map(class).collect();
        let mut all = Vec::with_capacity(column.num_terms());
        for number in 0..column.num_terms() as u64 {
            let mut class = String::new();
            column.ord_to_str(number, &mut class)?;
            all.push(values(&class));
        }
        Ok(Classes { of_page, values: all })
    }
}

/// Counts the values of each facet.
#[derive(Clone, Default)]
pub struct Facets(Arc<HashMap<SegmentId, Arc<Classes>>>);

impl Facets {
    /// For the segments of `searcher`. What is known of them from before is kept.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn of(searcher: &Searcher, before: &Facets) -> Result<Facets> {
        let classes = |segment: &SegmentReader| {
            let id = segment.segment_id();
            let known = before.0.get(&id).cloned();
            let classes = known.map_or_else(|| Classes::of(segment).map(Arc::new).map_err(failed), Ok)?;
            Ok((id, classes))
        };
        Ok(Facets(Arc::new(searcher.segment_readers().iter().map(classes).collect::<Result<_>>()?)))
    }

    fn classes(&self, segment: &SegmentReader) -> Arc<Classes> {
        let known = self.0.get(&segment.segment_id()).cloned();
        known.unwrap_or_else(|| Arc::new(Classes::none(segment)))
    }

    /// For each segment what makes a page's score of what its words count: pages of one kind have something more.
    pub fn favouring(
        &self,
        kind: &'static str,
        more: Score,
    ) -> impl Fn(&SegmentReader) -> Box<dyn Fn(DocId, Score) -> Score> + Send + Sync + 'static {
        let facets = self.clone();
        move |segment| {
            let classes = facets.classes(segment);
            let of_class =
                |values: &[Vec<String>; 3]| if values[0].iter().any(|is| is == kind) { more } else { 0.0 };
            let of_class: Vec<Score> = classes.values.iter().map(of_class).collect();
            Box::new(move |page, score| score + of_class[classes.of_page[page as usize] as usize])
        }
    }
}

/// The counts of one segment, by the number that a class has there.
pub struct OfSegment {
    classes: Arc<Classes>,
    counts: Vec<usize>,
}

impl Collector for Facets {
    /// The count of all pages, and of those with each value.
    type Fruit = (usize, Counts);
    type Child = OfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OfSegment> {
        let classes = self.classes(segment);
        let counts = vec![0; classes.values.len()];
        Ok(OfSegment { classes, counts })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<(usize, Counts)>) -> tantivy::Result<(usize, Counts)> {
        let (mut sum, mut all) = <(usize, Counts)>::default();
        for (count, counts) in segments {
            sum += count;
            for (all, counts) in all.iter_mut().zip(counts) {
                for (value, count) in counts {
                    *all.entry(value).or_default() += count;
                }
            }
        }
        Ok((sum, all))
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = (usize, Counts);

    fn collect(&mut self, page: DocId, _: Score) {
        self.counts[self.classes.of_page[page as usize] as usize] += 1;
    }

    fn harvest(self) -> (usize, Counts) {
        let mut all = Counts::default();
        let found = self.classes.values.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        for (facets, count) in found {
            for (all, values) in all.iter_mut().zip(facets) {
                for value in values {
                    if let Some(sum) = all.get_mut(value) {
                        *sum += count;
                    } else {
                        all.insert(value.clone(), *count);
                    }
                }
            }
        }
        (self.counts.iter().sum(), all)
    }
}
