package whatsapp

import (
	"fmt"
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// account reads the fields that are about the account, its numbers or its
// templates, and those that Parley has no use for.
func (p *parser) account(field string, v meta.Raw) {
	if reason := unused(field); reason != "" {
		p.ignore("%s", reason)
		return
	}
	summary := summarize(field, v)
	if summary == "" {
		p.ignore("the field %q is not known to this version", short(field))
		return
	}
	verdict, text := judge(field, v)
	p.add(desk.AccountNews{Summary: summary, Data: v.Keep(), Verdict: verdict, Text: text})
}

// unused says why a known field changes nothing.
func unused(field string) string {
	switch field {
	case "smb_app_state_sync":
		return "the address book of the phone app, which Parley does not import"
	case "standby":
		return "another agent of the account handles this conversation"
	case "messaging_handovers":
		return "a conversation changed hands between agents of the account"
	case "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update":
		return "news of a group; Parley shows one-to-one conversations only"
	case "automatic_events":
		return "an event for advertisers, which Parley does not use"
	case "consumer_profile":
		return "a change of a customer's profile, which comes with their next message as well"
	}
	return ""
}

// summarize writes one line about account news, without a customer's data; a
// phone number in it is the business's own. It is "" for an unknown field.
func summarize(field string, v meta.Raw) string {
	get := func(path ...string) string {
		at := v
		for _, name := range path {
			at = at.Get(name)
		}
		return oneLine(at.Text())
	}
	template := func(name, language string) string {
		return fmt.Sprintf("Template %s (%s)", get(name), get(language))
	}
	number := "Number " + tail(get("display_phone_number"))
	switch field {
	case "message_template_status_update":
		return join(template("message_template_name", "message_template_language")+": "+get("event"),
			reason(get("reason")), get("disable_info", "disable_date"),
			get("other_info", "description"), get("rejection_info", "reason"))
	case "message_template_quality_update":
		return join(template("message_template_name", "message_template_language") + ": quality " +
			get("previous_quality_score") + " → " + get("new_quality_score"))
	case "message_template_components_update":
		return template("message_template_name", "message_template_language") + ": its parts were changed"
	case "template_category_update":
		name := template("message_template_name", "message_template_language")
		if correct := get("correct_category"); correct != "" {
			return name + ": category will change to " + correct
		}
		return name + ": category " + get("previous_category") + " → " + get("new_category")
	case "phone_number_quality_update":
		return join(number+": "+get("event"), get("current_limit"), get("max_daily_conversations_per_business"))
	case "phone_number_name_update":
		return join(number+": display name "+get("decision"),
			get("requested_verified_name"), reason(get("rejection_reason")))
	case "account_update":
		return accountUpdate(get, v)
	case "account_review_update":
		return "Account review: " + get("decision")
	case "account_alerts":
		return join("Account alert: "+get("alert_type"), get("alert_severity"), get("alert_status"), get("alert_description"))
	case "account_settings_update":
		return join("Settings changed", strings.Trim(get("type"), "[]"))
	case "business_capability_update":
		limit := get("max_daily_conversations_per_business")
		fill(&limit, get("max_daily_conversation_per_phone"))
		return join("Limits changed", limit)
	case "security":
		return number + ": " + get("event")
	case "business_username_update", "business_username_updates":
		return join(number+": username "+get("status"), get("username"))
	case "flows":
		return join("Flow "+get("flow_id")+": "+get("event"), get("new_status"), get("message"))
	case "payment_configuration_update":
		return join("Payment configuration "+get("configuration_name"), get("status"))
	case "partner_solutions":
		return join("Partner solution: "+get("event"), get("solution_status"))
	}
	return ""
}

func accountUpdate(get func(...string) string, v meta.Raw) string {
	parts := []string{
		get("violation_info", "violation_type"),
		get("ban_info", "waba_ban_state"), get("ban_info", "waba_ban_date"),
		get("country"),
		get("partner_client_certification_info", "status"),
		get("volume_tier_info", "pricing_category"), get("volume_tier_info", "region"), get("volume_tier_info", "tier"),
	}
	for _, r := range v.Get("restriction_info").Items() {
		parts = append(parts, oneLine(r.Get("restriction_type").Text()))
	}
	return join("Account: "+get("event"), parts...)
}

func reason(s string) string {
	if s == "NONE" {
		return ""
	}
	return s
}

// tail shows the end of a phone number, enough to tell one's own numbers apart.
func tail(number string) string {
	digits := digitsOf(number)
	if len(digits) <= 4 {
		return digits
	}
	return "…" + digits[len(digits)-4:]
}

func join(first string, rest ...string) string {
	parts := []string{strings.TrimSuffix(strings.TrimSpace(first), ":")}
	for _, s := range rest {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// oneLine fits a foreign text into a summary.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const limit = 200
	if len(s) <= limit {
		return s
	}
	for i := range s {
		if i > limit {
			return s[:i] + "…"
		}
	}
	return s
}

// accountError reads an error that is about the account or the hook itself.
func (p *parser) accountError(_ int, raw meta.Raw) {
	e := readHookError(raw)
	summary := fmt.Sprintf("WhatsApp reports error %d", e.Code)
	p.add(desk.AccountNews{Summary: join(summary, oneLine(e.title())), Data: raw.Keep()})
}

// history reads what a number that is also used in the phone app had before it
// was connected: thousands of messages, most of them of people who will never
// write again. It is not imported.
func (p *parser) history(raw meta.Raw, v value) {
	before := len(p.updates)
	threads, messages := 0, 0
	for _, chunk := range raw.Get("history").Items() {
		for _, thread := range chunk.Get("threads").Items() {
			threads++
			for range thread.Get("messages").Items() {
				messages++
			}
		}
		p.items("errors", chunk.Get("errors"), p.accountError)
	}
	for range v.messages.Items() {
		messages++
	}
	p.items("errors", v.errors, p.accountError)
	if messages > 0 || len(p.updates) == before {
		p.ignore("the phone app's history (%d messages in %d conversations), which Parley does not import", messages, threads)
	}
}
