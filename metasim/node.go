package metasim

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// numberNode answers GET /{phone_number_id}.
func numberNode(c *call, n *number, s *Server) (reply, *graphError) {
	fields, fail := pick(c, "WhatsAppBusinessPhoneNumber", n.fields(s),
		"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "webhook_configuration")
	return reply{body: fields}, fail
}

func (n *number) fields(s *Server) map[string]any {
	level := "STANDARD"
	if n.Throughput > standardThroughput {
		level = "HIGH"
	}
	hooks := map[string]any{}
	if n.CallbackURL != "" {
		hooks["application"] = n.CallbackURL
	}
	if over := s.overrides[n.WABAID]; over.URL != "" {
		hooks["whatsapp_business_account"] = over.URL
	}
	if n.override.URL != "" {
		hooks["phone_number"] = n.override.URL
	}
	status := "CONNECTED"
	if !n.registered {
		status = "DISCONNECTED"
	}
	return map[string]any{
		"id": n.PhoneNumberID, "verified_name": n.Name, "display_phone_number": n.PhoneNumber,
		"code_verification_status": "VERIFIED", "quality_rating": "GREEN", "platform_type": "CLOUD_API",
		"throughput": map[string]any{"level": level}, "webhook_configuration": hooks,
		"name_status": "APPROVED", "status": status, "account_mode": "LIVE", "is_official_business_account": false,
		"messaging_limit_tier": "TIER_2K", "whatsapp_business_manager_messaging_limit": "TIER_2K",
		"quality_score": map[string]any{"score": "GREEN"}, "is_pin_enabled": true, "country_dial_code": "",
	}
}

// accountNode answers GET /{waba_id}.
func accountNode(c *call, n *number) (reply, *graphError) {
	all := map[string]any{
		"id": n.WABAID, "name": n.Name, "timezone_id": "1", "message_template_namespace": "metasim_" + n.WABAID,
		"currency": "USD", "account_review_status": "APPROVED", "business_verification_status": "verified", "country": country(n.digits),
		"health_status": map[string]any{"can_send_message": "AVAILABLE"}, "ownership_type": "SELF",
	}
	fields, fail := pick(c, "WhatsAppBusinessAccount", all, "name", "timezone_id", "message_template_namespace", "currency")
	return reply{body: fields}, fail
}

func (s *Server) listNumbers(c *call, numbers []*number) (reply, *graphError) {
	var rows []any
	for _, n := range numbers {
		fields, fail := pick(c, "WhatsAppBusinessPhoneNumber", n.fields(s),
			"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "webhook_configuration")
		if fail != nil {
			return reply{}, fail
		}
		rows = append(rows, fields)
	}
	return page(c, rows)
}

// pick keeps the fields that the call asks for, or the usual ones, and the id.
// Nested selections as in quality_score{score} are cut to their name.
func pick(c *call, node string, all map[string]any, usual ...string) (map[string]any, *graphError) {
	names := usual
	if asked := c.r.URL.Query().Get("fields"); asked != "" {
		names = nil
		depth, word := 0, strings.Builder{}
		for _, r := range asked + "," {
			switch {
			case r == '{' || r == '(':
				depth++
			case r == '}' || r == ')':
				depth--
			case depth > 0:
			case r == ',':
				if name := strings.TrimSpace(word.String()); name != "" {
					names = append(names, name)
				}
				word.Reset()
			default:
				word.WriteRune(r)
			}
		}
	}
	picked := map[string]any{"id": all["id"]}
	for _, name := range names {
		name, _, _ = strings.Cut(name, ".")
		v, ok := all[name]
		if !ok {
			return nil, &graphError{status: http.StatusBadRequest, code: 100, message: fmt.Sprintf("Tried accessing nonexisting field (%s) on node type (%s)", name, node)}
		}
		picked[name] = v
	}
	return picked, nil
}

// page cuts rows to the page that the call asks for.
func page(c *call, rows []any) (reply, *graphError) {
	q := c.r.URL.Query()
	limit := 25
	if l := q.Get("limit"); l != "" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 1 {
			return reply{}, &graphError{status: http.StatusBadRequest, code: 100, message: "Param limit must be a positive integer"}
		}
		limit = min(n, 1000)
	}
	from, to := 0, min(limit, len(rows))
	if after := q.Get("after"); after != "" {
		at, ok := cursorAt(after, len(rows))
		if !ok {
			return reply{}, failure(131059, "")
		}
		from, to = at, min(at+limit, len(rows))
	} else if before := q.Get("before"); before != "" {
		at, ok := cursorAt(before, len(rows))
		if !ok {
			return reply{}, failure(131059, "")
		}
		from, to = max(at-limit, 0), at
	}
	body := map[string]any{"data": append([]any{}, rows[from:to]...)}
	if from < to {
		paging := map[string]any{"cursors": map[string]any{"before": cursor(from), "after": cursor(to)}}
		if to < len(rows) {
			next := maps.Clone(q)
			next.Del("before")
			next.Set("after", cursor(to))
			next.Del("access_token")
			paging["next"] = c.base + "/" + c.version + "/" + strings.Join(c.path, "/") + "?" + next.Encode()
		}
		body["paging"] = paging
	}
	return reply{body: body}, nil
}

func cursor(at int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "row%d", at))
}

func cursorAt(text string, rows int) (int, bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	num, ok := strings.CutPrefix(string(b), "row")
	at, convErr := strconv.Atoi(num)
	return at, err == nil && ok && convErr == nil && at >= 0 && at <= rows
}

// configureNumber answers POST /{phone_number_id}: here only the number's own
// callback address can be set or removed.
func (s *Server) configureNumber(c *call, n *number) (reply, *graphError) {
	in, fail := decodeObject(c.body)
	if fail != nil {
		return reply{}, fail
	}
	hook, ok := in["webhook_configuration"].(obj)
	if !ok {
		return reply{}, failure(100, "Only webhook_configuration can be set on the simulator's phone numbers.")
	}
	to := callback{str(hook["override_callback_uri"]), str(hook["verify_token"])}
	if fail := s.verifyOverride(c, to); fail != nil {
		return reply{}, fail
	}
	n.override = to
	return success, nil
}

// businessProfile answers GET and POST /{phone_number_id}/whatsapp_business_profile.
func (n *number) businessProfile(c *call) (reply, *graphError) {
	if c.r.Method == http.MethodPost {
		in, fail := decodeObject(c.body)
		if fail != nil {
			return reply{}, fail
		}
		delete(in, "messaging_product")
		if n.profile == nil {
			n.profile = map[string]any{}
		}
		maps.Copy(n.profile, in)
		return success, nil
	}
	profile := map[string]any{"messaging_product": "whatsapp", "about": n.Name, "vertical": "UNDEFINED"}
	maps.Copy(profile, n.profile)
	if asked := c.r.URL.Query().Get("fields"); asked != "" {
		names := append(strings.Split(asked, ","), "messaging_product")
		maps.DeleteFunc(profile, func(name string, _ any) bool { return !slices.Contains(names, name) })
	}
	return reply{body: map[string]any{"data": []any{profile}}}, nil
}
