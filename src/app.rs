//! The whole site on one screen.

use crate::config::Config;

pub fn serve(config: &Config) -> Result<(), String> {
    crate::commands::prepare_guide(config)?;
    println!("{}", config.site());
    Ok(())
}
