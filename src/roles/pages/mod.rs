//! What visitors read of roles: lists of them, and a role in full.

mod card;
mod list;
mod own;
mod standing;
mod view;

use self::own::Own;
use self::view::{FirstJob, ResourceLine, TierView, first_job, resources, tiers};
use super::{Role, SECTIONS};
use crate::articles::Article;
use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Change, Entry, Names};
use crate::error::Result;
use crate::families::Family;
use crate::figures::{Cited, Forecast, Mark, Occupation, Pay, cited};
use crate::gap::Asked;
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use crate::ui::{Frame, PublicPage, structured};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::json;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    list::routes(config);
    config
        .service(web::resource("/roles/{slug}").get(show))
        .service(web::resource("/roles/{slug}/card.png").get(card::show));
}

#[derive(Template)]
#[template(path = "roles/show.html")]
struct Show {
    frame: Frame,
    entry: Entry<()>,
    role: Role,
    family: String,
    entry_first: bool,
    tiers: Vec<TierView>,
    first_job: FirstJob,
    /// Of whoever looks, if they are signed in.
    own: Option<Own>,
    occupation: Occupation,
    resources: Vec<(TierName, String, Vec<ResourceLine>)>,
    whole_role: Vec<ResourceLine>,
    complementary: Vec<Other>,
    pivots: Vec<Other>,
    articles: Vec<Entry<Article>>,
    cited: Vec<Cited>,
    changes: Vec<Change>,
}

/// Another role, as this one speaks of it.
struct Other {
    name: String,
    /// None until it has a page.
    path: Option<String>,
    /// Where the two are compared.
    compare: Option<String>,
    words: String,
}

async fn show(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    let entry_first = page.asked("level").is_some();
    let note = |page: &Show| page.own.as_ref().and_then(Own::note);
    page.show_and_note(move |conn, frame| Show::read(conn, frame, &slug, entry_first), note).await
}

impl Show {
    fn read(conn: &mut Conn, frame: Frame, slug: &str, entry_first: bool) -> Result<Self> {
        let Entry { slug, revision, published, content: role } = Entry::<Role>::find(conn, slug)?;
        let words = Entry::<Tier>::by_slug(conn)?;
        let mut names = Names::by::<Role>(conn, &slug)?;
        let (skills, others) = (names.take::<Skill>(), names.take::<Role>());
        let occupation = Occupation::read::<Role>(conn, &slug, &role.figures)?;
        let own_slug = slug.clone();
        let other = |slug: &String, name: &String, words: &String| Other {
            name: others.get(slug).unwrap_or(name).clone(),
            path: others.contains_key(slug).then(|| format!("/roles/{slug}")),
            compare: others.contains_key(slug).then(|| format!("/compare?roles={own_slug},{slug}")),
            words: words.clone(),
        };
        let complementary = role.complementary.iter().map(|c| other(&c.role, &c.name, &c.together)).collect();
        let pivots = role.pivots.iter().map(|p| other(&p.role, &p.name, &p.add)).collect();
        let asked = Asked::of(&role);
        let mut tiers = tiers(&role, &words, &skills, entry_first);
        let own = match &frame.viewer {
            Some(viewer) => Some(Own::read(conn, viewer, (&slug, revision), &role, &asked, &skills)?),
            None => None,
        };
        if let Some(own) = &own {
            own.mark(&mut tiers);
        }
        let (resources, whole_role) = resources(conn, &slug, &role, &skills, &words)?;
        Ok(Show {
            frame,
            family: names.take::<Family>().remove(&role.family).unwrap_or_default(),
            entry_first,
            tiers,
            first_job: first_job(&asked, &skills),
            own,
            resources,
            whole_role,
            complementary,
            pivots,
            articles: Entry::<Article>::naming::<Role>(conn, &slug)?,
            cited: cited(conn, role.demand.as_ref(), &occupation.sets)?,
            changes: Change::of(conn, Role::KIND, &slug)?,
            occupation,
            entry: Entry { slug, revision, published, content: () },
            role,
        })
    }

    /// A plan of whoever looks leads to it.
    fn planned(&self) -> bool {
        self.own.as_ref().is_some_and(|own| !own.standing.plans.is_empty())
    }

    /// Whoever looks follows it.
    fn followed(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.standing.followed)
    }

    /// The as-of date of the oldest of the figures in use: pay now, the latest forecast, demand.
    fn oldest_figure(&self) -> Option<String> {
        let dates = self.occupation.sets.iter().flat_map(|set| &set.figures).filter(|f| self.in_use(f));
        let demand = self.role.demand.iter().filter_map(|d| d.as_of.known());
        dates.filter_map(|f| f.as_of.known()).chain(demand).min_by_key(|d| d.first_day()).map(|d| d.words())
    }

    /// Earlier surveys and forecasts are shown as history, not used.
    fn in_use(&self, figure: &crate::figures::Figure) -> bool {
        let pay = self.occupation.pay_now().is_some_and(|pay| pay.source == figure.source);
        let forecast = self.occupation.forecast_now().is_some_and(|f| f.source == figure.source);
        pay || forecast
    }

    /// As the editors word it.
    fn tier_name(&self, tier: &TierName) -> &str {
        self.tiers.iter().find(|view| view.tier == *tier).map_or(tier.slug(), |view| view.name.as_str())
    }

    /// Whether the editors estimated any of its groups.
    fn has_hours(&self) -> bool {
        self.tiers.iter().flat_map(|tier| &tier.groups).any(|group| group.hours.is_some())
    }

    fn demand_undated(&self) -> bool {
        self.role.demand.as_ref().is_some_and(|d| d.as_of.known().is_none())
    }

    fn structured(&self) -> String {
        let skills: Vec<&str> = self
            .tiers
            .iter()
            .flat_map(|t| &t.groups)
            .flat_map(|g| &g.rows)
            .filter(|r| !r.set)
            .map(|r| r.name.as_str())
            .collect();
        let mut occupation = json!({
            "@type": "Occupation",
            "name": self.role.name,
            "alternateName": self.role.other_names,
            "description": self.role.sentence,
            "responsibilities": self.role.tasks.join("; "),
            "skills": skills.join(", "),
            "mainEntityOfPage": self.frame.canonical(),
        });
        if let Some(pay) = self.occupation.pay_now() {
            occupation["occupationLocation"] = json!([{ "@type": "Country", "name": pay.place }]);
            occupation["estimatedSalary"] = json!([{
                "@type": "MonetaryAmountDistribution",
                "name": "base",
                "currency": "USD",
                "duration": "P1Y",
                "percentile10": Pay::stated(&pay.p10),
                "median": Pay::stated(&pay.median),
                "percentile90": Pay::stated(&pay.p90),
            }]);
        }
        let steps = [("Roles", "/roles"), (self.role.name.as_str(), self.frame.path.as_str())];
        structured::script(vec![occupation, structured::breadcrumbs(&self.frame, &steps)])
    }

    fn horizon(&self) -> String {
        let [from, to] = self.role.strategy.horizon_years;
        if from == to { format!("{from} years") } else { format!("{from} to {to} years") }
    }
}
