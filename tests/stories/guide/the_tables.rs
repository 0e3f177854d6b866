//! The tables are as the schema says, on every engine.

use super::*;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    nullable: String,
}

#[test]
fn are_as_the_schema_says() {
    let Some(mut conn) = empty() else { return };
    let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs")).unwrap();
    let tables: Vec<&str> = schema.split("diesel::table! {").skip(1).collect();
    assert!(tables.len() >= 9);

    for table in tables {
        let (name, rest) = table.trim_start().split_once(" (").unwrap();
        let columns: Vec<(String, bool)> = rest
            .lines()
            .filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "))
            .map(|(column, kind)| (column.to_owned(), kind.starts_with("Nullable")))
            .collect();

        assert_eq!(columns_of(&mut conn, name), columns, "{name}");
    }
}

fn columns_of(conn: &mut Conn, table: &str) -> Vec<(String, bool)> {
    let asked = match Engine::of_this_run() {
        Engine::Sqlite => format!(
            "SELECT name, CASE \"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS nullable \
                 FROM pragma_table_info('{table}') ORDER BY cid"
        ),
        _ => format!(
            "SELECT CAST(column_name AS CHAR(100)) AS name, CAST(is_nullable AS CHAR(3)) AS nullable \
                 FROM information_schema.columns WHERE table_name = '{table}' \
                 AND table_schema NOT IN ('information_schema', 'pg_catalog') \
                 AND (table_schema = 'public' OR table_schema = {}) ORDER BY ordinal_position",
            if Engine::of_this_run() == Engine::Mariadb { "DATABASE()" } else { "'public'" }
        ),
    };
    let columns: Vec<Column> = diesel::sql_query(asked).load(conn).unwrap();
    columns.into_iter().map(|c| (c.name.trim().to_owned(), c.nullable.trim() == "YES")).collect()
}
