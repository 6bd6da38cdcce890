// Package httpapi is Parley over HTTP: the JSON API under /api/v1, the door for
// providers' hooks, the members' app and its files.
//
// Every way in is one line of the table in routes.go, which names the permission
// it asks for. The table is also the only way to register a handler, so there is
// none without a permission. A handler reads the input, calls one use case of
// desk or one question of desk.Reader, and encodes the answer; rules live in
// desk.
//
// Values on the wire are declared per resource (Conversation, Message, ...) with
// a function that encodes them; realtime uses the same functions, so that a
// frame and an answer look alike. The OpenAPI document is made from these types.
//
// Errors are problem+json (RFC 9457) with a code for programs; problem.go holds
// the one table from desk's codes to HTTP.
package httpapi
