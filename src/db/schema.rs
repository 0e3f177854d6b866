//! The tables, as the migrations make them; a test on each engine holds the two together.

diesel::table! {
    guide (id) {
        id -> Integer,
        revision -> BigInt,
        shipped -> Text,
        checks -> BigInt,
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
        published_by -> Nullable<Text>,
        published_at -> BigInt,
    }
}

diesel::table! {
    guide_changes (seq, kind, slug) {
        seq -> BigInt,
        kind -> Text,
        slug -> Text,
        name -> Text,
        revision -> BigInt,
        significance -> Text,
        summary -> Text,
        difference -> Text,
        published_at -> BigInt,
        recalled_at -> Nullable<BigInt>,
        corrects -> Nullable<BigInt>,
    }
}

diesel::table! {
    shipped (kind, slug) {
        kind -> Text,
        slug -> Text,
        offered -> Text,
        applied -> Text,
        unfit -> Nullable<Text>,
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
        asked_by -> Integer,
        generic -> Integer,
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

diesel::table! {
    reports (id) {
        id -> Text,
        page -> Text,
        section -> Nullable<Text>,
        revision -> Nullable<BigInt>,
        words -> Text,
        source -> Nullable<Text>,
        reply -> Nullable<Text>,
        reported_at -> BigInt,
        state -> Text,
    }
}

diesel::table! {
    report_counts (hour, sender) {
        hour -> BigInt,
        sender -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    unanswered_searches (day, words) {
        day -> Text,
        words -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    resource_checks (address) {
        address -> Text,
        outcome -> Text,
        status -> Nullable<Integer>,
        since -> BigInt,
        asked_at -> BigInt,
    }
}

diesel::table! {
    people (id) {
        id -> Text,
        address -> Text,
        folded -> Text,
        name -> Text,
        zone -> Text,
        rights -> Text,
        password -> Nullable<Text>,
        created_at -> BigInt,
        epoch -> BigInt,
        folded_name -> Text,
        seen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (key_hash) {
        key_hash -> Text,
        id -> Text,
        person -> Nullable<Text>,
        state -> Text,
        device -> Text,
        created_at -> BigInt,
        used_at -> BigInt,
        idle_until -> BigInt,
        ends_at -> BigInt,
        epoch -> BigInt,
    }
}

diesel::table! {
    tokens (hash) {
        hash -> Text,
        purpose -> Text,
        person -> Nullable<Text>,
        detail -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    throttles (bucket) {
        bucket -> Text,
        began_at -> BigInt,
        hits -> BigInt,
    }
}

diesel::table! {
    devices (hash, person) {
        hash -> Text,
        person -> Text,
        used_at -> BigInt,
        id -> Text,
        name -> Text,
        met_at -> BigInt,
    }
}

diesel::table! {
    person_events (id) {
        id -> Text,
        person -> Text,
        event -> Text,
        detail -> Text,
        happened_at -> BigInt,
        actor -> Nullable<Text>,
    }
}

diesel::table! {
    authenticator_apps (person) {
        person -> Text,
        id -> Text,
        sealed -> Text,
        last_step -> BigInt,
        made_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (hash) {
        hash -> Text,
        person -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        credential -> Text,
        person -> Text,
        name -> Text,
        material -> Text,
        made_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    outbox (delivery_id) {
        delivery_id -> Text,
        dedup -> Text,
        class -> Text,
        person -> Nullable<Text>,
        recipient -> Text,
        hash -> Text,
        priority -> Integer,
        not_before -> BigInt,
        expires_at -> BigInt,
        state -> Text,
        attempt -> Integer,
        lease_token -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        last_code -> Nullable<Integer>,
        last_text -> Text,
        created_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        kept_until -> Nullable<BigInt>,
        subscription -> Nullable<Text>,
        confirms -> Integer,
    }
}

diesel::table! {
    outbox_events (id) {
        id -> Text,
        delivery_id -> Text,
        event -> Text,
        attempt -> Integer,
        code -> Nullable<Integer>,
        words -> Text,
        happened_at -> BigInt,
    }
}

diesel::table! {
    messages (delivery_id) {
        delivery_id -> Text,
        message -> Text,
    }
}

diesel::table! {
    suppressions (address) {
        address -> Text,
        reason -> Text,
        source -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    relays (name) {
        name -> Text,
        trips -> Integer,
        shut_until -> Nullable<BigInt>,
        words -> Text,
    }
}

diesel::table! {
    paces (name) {
        name -> Text,
        ready_at -> BigInt,
    }
}

diesel::table! {
    drafts (kind, slug) {
        kind -> Text,
        slug -> Text,
        version -> BigInt,
        standing -> Integer,
        base_revision -> BigInt,
        name -> Text,
        content -> Text,
        changed_by -> Text,
        changed_at -> BigInt,
        publish_at -> Nullable<BigInt>,
        publish_by -> Nullable<Text>,
        told -> Nullable<Text>,
    }
}

diesel::table! {
    draft_versions (kind, slug, version) {
        kind -> Text,
        slug -> Text,
        version -> BigInt,
        content -> Text,
        saved_by -> Text,
        saved_at -> BigInt,
    }
}

diesel::table! {
    unsaved (person, kind, slug, part) {
        person -> Text,
        kind -> Text,
        slug -> Text,
        part -> Text,
        fields -> Text,
        typed_at -> BigInt,
    }
}

diesel::table! {
    presence (kind, slug, person) {
        kind -> Text,
        slug -> Text,
        person -> Text,
        seen_at -> BigInt,
    }
}

diesel::table! {
    withdrawn (kind, slug) {
        kind -> Text,
        slug -> Text,
        name -> Text,
        fate -> Text,
        reason -> Text,
        heirs -> Text,
        withdrawn_at -> BigInt,
    }
}

diesel::table! {
    redirects (from_path) {
        from_path -> Text,
        to_path -> Text,
        made_by -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    audit (id) {
        id -> Text,
        done_at -> BigInt,
        person -> Nullable<Text>,
        action -> Text,
        kind -> Text,
        slug -> Text,
        detail -> Text,
    }
}

diesel::table! {
    ledger (person, skill) {
        person -> Text,
        skill -> Text,
        mark -> Text,
        note -> Text,
        evidence -> Text,
        version -> BigInt,
        marked_at -> BigInt,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        person -> Text,
        name -> Text,
        role -> Text,
        origin -> Nullable<Text>,
        hours -> Integer,
        target_on -> Nullable<Text>,
        note -> Text,
        version -> BigInt,
        seen_revision -> BigInt,
        created_at -> BigInt,
        changed_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_items (plan, id) {
        plan -> Text,
        id -> Text,
        place -> Integer,
        kind -> Text,
        skill -> Nullable<Text>,
        name -> Text,
        status -> Text,
        due_on -> Nullable<Text>,
        begun_at -> Nullable<BigInt>,
        done_at -> Nullable<BigInt>,
        note -> Text,
        moved -> BigInt,
        dropped_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_events (plan, id) {
        plan -> Text,
        id -> Text,
        words -> Text,
        happened_at -> BigInt,
        read_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    visits (person, kind, slug) {
        person -> Text,
        kind -> Text,
        slug -> Text,
        revision -> BigInt,
        seen_at -> BigInt,
        before_revision -> BigInt,
        before_at -> BigInt,
    }
}

diesel::table! {
    plan_links (hash) {
        hash -> Text,
        id -> Text,
        plan -> Text,
        purpose -> Text,
        name -> Text,
        notes -> Integer,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    interests (person, kind, slug, origin) {
        person -> Text,
        kind -> Text,
        slug -> Text,
        origin -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    subscriptions (id) {
        id -> Text,
        person -> Text,
        list -> Text,
        frequency -> Text,
        weekday -> Integer,
        minute -> Integer,
        paused_until -> Nullable<BigInt>,
        last_seq -> BigInt,
        next_due_at -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    issues (id) {
        id -> Text,
        subscription -> Text,
        person -> Text,
        period_key -> Text,
        from_seq -> BigInt,
        to_seq -> BigInt,
        outcome -> Text,
        because -> Text,
        delivery -> Nullable<Text>,
        letter -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    told (person, seq, kind, slug) {
        person -> Text,
        seq -> BigInt,
        kind -> Text,
        slug -> Text,
        issue -> Text,
        told_at -> BigInt,
    }
}

diesel::table! {
    list_keys (hash) {
        hash -> Text,
        person -> Text,
        subscription -> Text,
        list -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
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

diesel::allow_tables_to_appear_in_same_query!(people, sessions, person_events);

diesel::allow_tables_to_appear_in_same_query!(drafts, draft_versions);

diesel::allow_tables_to_appear_in_same_query!(outbox, messages);

diesel::allow_tables_to_appear_in_same_query!(plans, plan_items, plan_events, plan_links);

diesel::allow_tables_to_appear_in_same_query!(interests, subscriptions, issues, told, outbox, outbox_events);

diesel::allow_tables_to_appear_in_same_query!(people, list_keys, subscriptions);
