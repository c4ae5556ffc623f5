//! What a document said in, what may be published out: the only sanitiser, plain-text titles, absolute links.
