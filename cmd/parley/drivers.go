package main

import (
	"context"
	"net/http"
	"net/url"

	"parley/channel"
	"parley/desk"
)

// The packages that must not know of channels see them through these.
type (
	checker map[desk.Kind]channel.Driver // for desk
	hooks   map[desk.Kind]channel.Driver // for httpapi
	tester  map[desk.Kind]channel.Driver // for httpapi
)

func (c checker) Check(kind desk.Kind, m desk.Outgoing, media *desk.Media) error {
	d, ok := c[kind]
	if !ok {
		return desk.Errorf(desk.CodeConflict, "Messages of kind %q cannot be sent by this server.", string(kind))
	}
	return d.Check(m, media)
}

func (h hooks) Verify(c desk.Connection, query url.Values) (string, bool) {
	d, ok := h[c.Kind]
	if !ok {
		return "", false
	}
	return d.Verify(c, query)
}

func (h hooks) Authentic(c desk.Connection, header http.Header, body []byte) bool {
	d, ok := h[c.Kind]
	return ok && d.Authentic(c, header, body)
}

func (t tester) Test(ctx context.Context, c desk.Connection, channels []desk.Channel) []desk.Finding {
	d, ok := t[c.Kind]
	if !ok {
		return []desk.Finding{{Field: "kind", Message: "This kind of connection cannot be tested."}}
	}
	return d.Test(ctx, c, channels)
}
