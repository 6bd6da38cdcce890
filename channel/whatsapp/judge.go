package whatsapp

import (
	"fmt"
	"strings"
	"time"

	"parley/channel/meta"
	"parley/desk"
)

const seeQuality = "Look at Account quality in Meta's WhatsApp Manager; a review can be asked for there."

// judge says what news of an account means for its connection: whether it still
// works, and what an admin should know (Meta, "account_update webhook reference"
// and "phone_number_quality_update webhook reference", 2025-12). Most news means
// nothing there.
func judge(field string, v meta.Raw) (desk.Verdict, string) {
	event := v.Get("event").Text()
	switch field {
	case "account_update":
		return judgeAccount(event, v)
	case "account_review_update":
		if v.Get("decision").Text() == "REJECTED" {
			return desk.VerdictWarned, "WhatsApp reviewed the account and rejected it. " + seeQuality
		}
	case "phone_number_quality_update":
		flagged := fmt.Sprintf("WhatsApp flagged the number %s: too many customers block or report its messages. If that goes on, it may write to fewer people. %s",
			tail(v.Get("display_phone_number").Text()), seeQuality)
		switch event {
		case "FLAGGED":
			return desk.VerdictWarned, flagged
		case "UNFLAGGED":
			return desk.VerdictCleared, flagged
		}
	}
	return "", ""
}

func judgeAccount(event string, v meta.Raw) (desk.Verdict, string) {
	switch event {
	case "DISABLED_UPDATE":
		ban := v.Get("ban_info")
		date := oneLine(ban.Get("waba_ban_date").Text())
		if date != "" {
			date = " on " + date
		}
		switch ban.Get("waba_ban_state").Text() {
		case "DISABLE":
			return desk.VerdictStopped, "WhatsApp disabled the account" + date + ". Nothing can be sent. " + seeQuality
		case "SCHEDULE_FOR_DISABLE":
			return desk.VerdictWarned, "WhatsApp will disable the account" + date + ". " + seeQuality
		case "REINSTATE":
			return desk.VerdictCleared, ""
		}
	case "ACCOUNT_DELETED":
		return desk.VerdictStopped, "The WhatsApp Business Account was deleted at Meta. Connect another one."
	case "ACCOUNT_OFFBOARDED":
		return desk.VerdictWarned, "A number of the account was disconnected from the API in the WhatsApp Business app. Connect it there again."
	case "ACCOUNT_RECONNECTED":
		return desk.VerdictCleared, ""
	case "ACCOUNT_VIOLATION":
		kind := strings.ToLower(strings.ReplaceAll(oneLine(v.Get("violation_info").Get("violation_type").Text()), "_", " "))
		fill(&kind, "not named")
		return desk.VerdictWarned, "WhatsApp says that the account violates its policies (" + kind + "). " + seeQuality
	case "ACCOUNT_RESTRICTION":
		return desk.VerdictWarned, restricted(v.Get("restriction_info"))
	}
	return "", ""
}

// restricted lists what the account may not do. The latest of the dates until
// which it may not is told.
func restricted(list meta.Raw) string {
	var what []string
	var until time.Time
	for _, r := range list.Items() {
		switch kind := oneLine(r.Get("restriction_type").Text()); kind {
		case "RESTRICTED_BIZ_INITIATED_MESSAGING":
			what = append(what, "it may not write to customers first")
		case "RESTRICTED_CUSTOMER_INITIATED_MESSAGING":
			what = append(what, "it may not answer customers")
		case "RESTRICTED_ADD_PHONE_NUMBER_ACTION":
			what = append(what, "it may not add phone numbers")
		default:
			what = append(what, kind)
		}
		if at := r.Get("expiration").Seconds(); at.After(until) {
			until = at
		}
	}
	text := "WhatsApp restricted the account"
	if !until.IsZero() {
		text += " until " + until.UTC().Format("2 January 2006, 15:04 UTC")
	}
	if len(what) > 0 {
		text += ": " + strings.Join(what, "; ")
	}
	return text + ". " + seeQuality
}
