//! `warta man`: the manual page from the same definition as the arguments, each command a section.

use super::exit::{Code, Failure};
use super::output;

pub(crate) fn run(mut command: clap::Command) -> Result<Code, Failure> {
    command.build();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    man.render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        // A section for each command, so that one page says all.
        page.extend_from_slice(format!(".SH \"WARTA {}\"\n", sub.get_name().to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(sub.clone());
        man.render_description_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    output::text(&String::from_utf8_lossy(&page))?;
    Ok(Code::Ok)
}
