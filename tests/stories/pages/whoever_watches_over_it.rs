//! Health and readiness.

use super::*;

#[test]
fn hears_that_it_is_alive_and_ready() {
    let Some(visitor) = somebody() else { return };

    for (path, words) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        let answer = visitor.get(path);

        assert_eq!((answer.status, answer.text().as_str()), (200, words));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}
