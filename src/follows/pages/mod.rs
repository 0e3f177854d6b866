//! What people do about letters: follow something, look after their lists, stop.

mod ask;
mod confirm;
mod reader;
mod settings;
mod show;
mod stop;

use crate::accounts::Caller;
use crate::error::Result;
use crate::ui::Frame;
use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
use askama::Template;

pub(super) fn routes(config: &mut ServiceConfig) {
    let page = web::resource::<&str>;
    config
        .service(page("/follow").get(ask::ask).post(ask::take))
        .service(page("/follow/by-mail").post(ask::by_mail))
        .service(page("/follow/confirm").get(confirm::ask).post(confirm::take))
        .service(page("/unsubscribe/{key}").get(stop::ask).post(stop::take));
    // The same for those who are signed in and for those who come with the key of a letter.
    for base in ["/follows", "/letters/{key}"] {
        let page = |below: &str| web::resource(format!("{base}{below}"));
        config
            .service(page("").get(show::show))
            .service(page("/lists").post(settings::choose))
            .service(page("/pause").post(settings::pause))
            .service(page("/again").post(settings::again))
            .service(page("/stop").post(settings::stop))
            .service(page("/follow").post(settings::follow))
            .service(page("/unfollow").post(settings::unfollow));
    }
}

/// What answers where a link opens nothing: the same, whatever the reason.
#[derive(Template)]
#[template(path = "follows/nothing.html")]
struct Nothing {
    frame: Frame,
}

fn nothing(caller: &Caller) -> Result<HttpResponse> {
    caller.show(&Nothing { frame: caller.frame() })
}

/// Where a page says what was done, and to what.
fn onward(base: &str, done: &str, what: &str) -> HttpResponse {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("done", done);
    if !what.is_empty() {
        query.append_pair("what", what);
    }
    crate::accounts::see_other(&format!("{base}?{}", query.finish()))
}
