// Package store keeps Parley's data, in SQLite by default and in PostgreSQL when
// a URL is given. Store implements desk.Store for both; dialect.go holds every
// difference between them, and the SQL text is otherwise one.
//
// Writes go through the committer (committer.go): a write is a function that
// runs in a transaction that it shares with the writes that arrived at the same
// time, is undone alone when it fails, and is answered after that transaction is
// durable. What many writes touch at once, that is counters, the words for
// searching, conversation numbers and change numbers, is collected while they
// run and written once, just before the commit (pending.go). The decisions
// behind this are docs/adr/0001 to 0004.
//
// Reads run on connections of their own and never wait for writes. Pages are
// found by key, never by offset, and numbers are kept, never counted.
//
// Times are microseconds since 1970 in UTC, 0 standing for the zero time. A
// reference of 0 means none. Secrets are sealed (seal.go) under keys derived
// from Config.Secret. The package reads no clock but Config.Now and logs neither
// secrets nor what people wrote.
package store
