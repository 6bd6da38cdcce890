// Package realtime tells browsers what changed, while it changes.
//
// The truth is the change log in the database. A Hub keeps one feed per
// workspace, as long as somebody of it is connected: after a commit the feed
// reads the log from where it stands, loads the present values of what changed
// once, and hands them to every socket whose member may see them. Nothing here
// is durable, and no client depends on having heard a frame: it knows the last
// number it considered and asks for the rest.
//
// # What the server says
//
//	{"type":"hello","upto":41,"server_time":"…","presence":{"7":"online"},"viewing":[…]}
//	{"n":44,"prev":41,"changes":[{"kind":"conversation","value":{…}},
//	                             {"kind":"message","conversation_id":"9","value":{…}}, …]}
//	{"upto":60}
//	{"type":"reset","upto":60}
//	{"type":"forget","conversation_id":"9"}
//	{"type":"presence","member_id":"7","state":"away"}
//	{"type":"viewing","conversations":[{"conversation_id":"9","members":[{"id":"7","typing":true}]}]}
//	{"type":"typing","conversation_id":"9","member_id":"7"}
//	{"type":"error","code":"bad_frame"}
//
// A frame with n covers the changes after prev up to n, and carries those that
// the member may see; a client whose last number is smaller than prev has lost
// something and resumes. Now and then it carries none, so that a client that
// sees little does not fall behind. {"upto"} answers a resume: there was nothing
// to see up to there. Kinds with a value are conversation, message, contact, member and
// counters; channel and hooks only say that something about them is to be read
// again. Counters are not of the log: their frame has n equal to prev.
//
// reset says that the log cannot answer (too long ago, too much, other rights):
// read everything again and go on from upto. forget takes one conversation out,
// because it was deleted or may not be seen any more.
//
// # What the client says
//
//	{"type":"resume","from":41}
//	{"type":"watch","conversation_id":"9"}    null, or {"type":"unwatch"}: none is open
//	{"type":"typing","conversation_id":"9"}   every few seconds while somebody writes
//	{"type":"presence","state":"away"}        or "online"
//
// Everything else is answered with one constant error, and a conversation that
// the member may not see with the same answer as one that does not exist.
//
// # Time
//
// Config.Now is what clients are shown. Heartbeats, pauses and expiry are
// lengths of time and come from the machine's monotonic clock: a clock that is
// set, or moved for a demonstration, disconnects nobody.
package realtime
