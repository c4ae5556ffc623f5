//! Text of a date in, its numbers, words and marks out. Decides nothing about their meaning.

/// A number, a word, or one mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    /// As written, lower case.
    pub(super) text: &'a str,
    /// Its value, where it is digits that fit.
    pub(super) number: Option<u32>,
    /// No blank stands before it.
    pub(super) glued: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub(super) fn is_word(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_alphabetic)
    }

    /// A mark of a time in Korean, Japanese or Chinese.
    pub(super) fn is_ideograph(&self) -> bool {
        matches!(self.text, "時" | "时" | "點" | "点" | "시")
    }

    /// Year, month and day marks of Korean, Japanese and Chinese dates.
    pub(super) fn is_cjk_mark(&self) -> bool {
        matches!(self.text, "년" | "월" | "年" | "月")
    }
}

#[derive(PartialEq, Clone, Copy)]
enum Class {
    Digit,
    Letter,
    Mark,
    Blank,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        '년' | '월' | '일' | '年' | '月' | '日' => Class::Mark,
        '時' | '时' | '點' | '点' | '시' | '分' | '분' | '秒' | '초' => Class::Mark,
        c if c.is_alphabetic() => Class::Letter,
        c if c.is_whitespace() => Class::Blank,
        _ => Class::Mark,
    }
}

/// Splits at every change between digits, letters, marks and blanks; marks stand alone.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut glued = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = class(first);
        let end = match kind {
            Class::Mark => first.len_utf8(),
            _ => rest.find(|c| class(c) != kind).unwrap_or(rest.len()),
        };
        let (token, behind) = rest.split_at(end);
        rest = behind;
        if kind != Class::Blank {
            tokens.push(Token { text: token, number: token.parse().ok().filter(|_| kind == Class::Digit), glued });
        }
        glued = kind != Class::Blank;
    }
    tokens
}
