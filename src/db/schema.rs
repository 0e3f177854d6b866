//! The tables, as the migrations make them; a test on each engine holds the two together.

diesel::table! {
    guide (id) {
        id -> Integer,
        revision -> BigInt,
        shipped -> Text,
        derived -> Integer,
    }
}

diesel::table! {
    entries (kind, slug) {
        kind -> Text,
        slug -> Text,
        name -> Text,
        revision -> BigInt,
        content -> Text,
        first_published_at -> BigInt,
        published_at -> BigInt,
    }
}

diesel::table! {
    revisions (kind, slug, revision) {
        kind -> Text,
        slug -> Text,
        revision -> BigInt,
        content -> Text,
        origin -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    guide_changes (seq, kind, slug) {
        seq -> BigInt,
        kind -> Text,
        slug -> Text,
        revision -> BigInt,
        significance -> Text,
        summary -> Text,
        difference -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    shipped (kind, slug) {
        kind -> Text,
        slug -> Text,
        offered -> Text,
        applied -> Text,
    }
}

diesel::table! {
    links (kind, slug, to_kind, to_slug) {
        kind -> Text,
        slug -> Text,
        to_kind -> Text,
        to_slug -> Text,
    }
}

diesel::table! {
    roles (slug) {
        slug -> Text,
        family -> Text,
        name -> Text,
    }
}

diesel::table! {
    skills (slug) {
        slug -> Text,
        kind -> Text,
        sort_key -> Text,
    }
}

diesel::table! {
    role_skills (role, group_id, skill) {
        role -> Text,
        group_id -> Text,
        skill -> Text,
        group_name -> Text,
        tier -> Text,
        all_share -> Nullable<Text>,
        entry_share -> Nullable<Text>,
        place -> Integer,
        counts -> Integer,
    }
}

diesel::table! {
    figures (kind, slug, part) {
        kind -> Text,
        slug -> Text,
        part -> Integer,
        source -> Text,
        as_of -> Nullable<Text>,
        review_by -> Text,
        counted -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    entries,
    revisions,
    guide_changes,
    links,
    roles,
    skills,
    role_skills,
    figures,
);
