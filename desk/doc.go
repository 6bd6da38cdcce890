// Package desk is the core of Parley: its vocabulary, its rules and its use
// cases. It knows what a conversation is, when a reply may be sent, who is
// waiting and which tick a message has earned. It knows nothing of SQL, HTTP or
// any network: those packages translate into the words of this one.
//
// A use case is an exported method of Desk and is one transaction. It loads
// what it needs through Tx, hands it to a pure function that returns a Plan,
// and applies the plan. Rules take values and now, and return values; that is
// why windows, ticks and the beacon are tested without a database.
//
// Rows carry int64 ids from one sequence (ID). Times are UTC and rounded to
// microseconds, the resolution that both databases keep.
//
// What it does not do: it never reads a clock (Config.Now is called once per
// transaction), never opens a connection and never logs.
package desk
