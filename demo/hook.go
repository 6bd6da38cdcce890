package demo

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// statusDelay is how long statuses are gathered for one hook, as a busy provider
// does. Each carries its own time, so nothing that is shown depends on it; seeding
// takes a third fewer transactions.
const statusDelay = 15 * time.Minute

// tell delivers the statuses that are owed.
func (p *player) tell(ctx context.Context) error {
	var changes []any
	for _, n := range Numbers {
		if all := p.owed[n]; len(all) > 0 {
			changes = append(changes, change(n, map[string]any{"statuses": all}))
		}
	}
	clear(p.owed)
	if len(changes) == 0 {
		return nil
	}
	return p.hook(ctx, changes)
}

// customerHook delivers what a customer did.
func (p *player) customerHook(ctx context.Context, t Thread, message map[string]any) error {
	profile := map[string]any{"name": t.Name}
	person := map[string]any{"profile": profile}
	if t.Username != "" {
		profile["username"] = t.Username
	}
	if t.Phone != "" {
		person["wa_id"], message["from"] = strings.TrimPrefix(t.Phone, "+"), strings.TrimPrefix(t.Phone, "+")
	}
	if t.UserID != "" {
		person["user_id"], message["from_user_id"] = t.UserID, t.UserID
	}
	return p.hook(ctx, []any{change(t.number(), map[string]any{"contacts": []any{person}, "messages": []any{message}})})
}

// change is a value of the field "messages" as the provider wraps it.
func change(n Number, value map[string]any) any {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = map[string]any{"display_phone_number": strings.TrimPrefix(n.Phone, "+"), "phone_number_id": n.PhoneNumberID}
	return map[string]any{"field": "messages", "value": value}
}

// hook delivers changes and gives them their fate.
func (p *player) hook(ctx context.Context, changes []any) error {
	body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{"id": AccountID, "changes": changes}}})
	if err != nil {
		return err
	}
	if err := p.Desk.AppendHook(ctx, p.connection, body); err != nil {
		return err
	}
	return p.Drain(ctx)
}

func (p *player) stamp() string { return strconv.FormatInt(p.Clock.Now().Unix(), 10) }

// statuses are those that the provider sent about a line, up to its last one.
func (p *player) statuses(b beat) []any {
	status := func(s string) map[string]any {
		m := map[string]any{"id": b.thread.wamid(b.line), "status": s, "timestamp": p.stamp()}
		if b.thread.Phone != "" {
			m["recipient_id"] = strings.TrimPrefix(b.thread.Phone, "+")
		}
		if b.thread.UserID != "" {
			m["recipient_user_id"] = b.thread.UserID
		}
		return m
	}
	if code, failed := strings.CutPrefix(b.Line().Status, "failed:"); failed {
		f := status("failed")
		n, err := strconv.Atoi(code)
		if err != nil {
			n = 131000
		}
		f["errors"] = []any{map[string]any{"code": n, "title": "Message failed"}}
		return []any{f}
	}
	var all []any
	for _, s := range []string{"sent", "delivered", "read", "played"} {
		all = append(all, status(s))
		if s == b.Line().status() {
			break
		}
	}
	return all
}

func mimeOf(name string) string {
	switch {
	case strings.HasSuffix(name, ".jpg"):
		return "image/jpeg"
	case strings.HasSuffix(name, ".png"):
		return "image/png"
	case strings.HasSuffix(name, ".webp"):
		return "image/webp"
	case strings.HasSuffix(name, ".ogg"):
		return "audio/ogg; codecs=opus"
	case strings.HasSuffix(name, ".mp4"):
		return "video/mp4"
	}
	return "application/pdf"
}
