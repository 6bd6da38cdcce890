package whatsapp

import (
	"strconv"
	"time"

	"parley/desk"
)

// failure is what a code of Meta's means for a member.
type failure struct {
	kind desk.ErrorKind
	text string
	pair bool
	// number: only the phone number is at fault, not the account.
	number bool
	retry  time.Duration // when Meta's page names one
}

// Texts that several codes share.
const (
	textToken      = "WhatsApp refused the access token: it is wrong, has expired or was withdrawn. An admin needs to enter a new one in the connection's settings."
	textPermission = "The access token may not do this. An admin needs to create one with the permissions whatsapp_business_messaging and whatsapp_business_management."
	textUnsure     = "WhatsApp had an internal problem and it is not certain whether the message was taken. Parley waits for a sign of it before it tries again."
	textBusy       = "WhatsApp is busy or under maintenance and did not take the message. Parley tries again shortly."
	textTooFast    = "Messages are being sent faster than WhatsApp allows. Parley slows down and sends this one as soon as it may."
	textInvalid    = "WhatsApp did not accept the content of this message. Change it and send it again; the details below say which part it was."
	textLocked     = "WhatsApp has blocked the business account for breaking its rules. Nothing can be sent until an admin resolves it in the WhatsApp Manager."
	textNumber     = "The business phone number is not registered with WhatsApp at the moment. An admin needs to register it again in the WhatsApp Manager."
	textPIN        = "WhatsApp did not accept the two-step verification PIN of the business number. An admin needs to check it in the WhatsApp Manager."
	textTemplate   = "The template does not fit what was filled in. Check its variables against the template in the WhatsApp Manager."
	textEdit       = "WhatsApp did not accept the template as it is written. Change the part that the details below name and submit it again."
	textBlockList  = "WhatsApp could not change the block list for this customer. Only people who wrote within the last 24 hours can be blocked."
	textCoexist    = "WhatsApp gives the phone app's contacts and history once only, within 24 hours of connecting the number. To get them, disconnect the number and connect it again."
)

// explain returns what a code means. The list is Meta's page "Error codes" as
// of December 2025 (v24.0), with the additions of 2026 for business-scoped user
// ids. A code that is not in it is permanent: repeating what Meta refused for
// an unknown reason would not make it better.
func explain(code int) *desk.SendError {
	f, ok := lookup(code)
	if !ok {
		f = failure{kind: desk.Permanent, text: "WhatsApp refused this message for a reason that Parley does not know. The details below are WhatsApp's own words."}
	}
	return &desk.SendError{
		Kind: f.kind, Code: strconv.Itoa(code), Text: f.text,
		Pair: f.pair, Channel: f.number, RetryAfter: f.retry,
	}
}

func lookup(code int) (failure, bool) {
	if code >= 200 && code <= 299 {
		return failure{kind: desk.Reconnect, text: textPermission}, true
	}
	for _, table := range []func(int) (failure, bool){
		accountFailure, numberFailure, paceFailure, recipientFailure, contentFailure, templateFailure,
	} {
		if f, ok := table(code); ok {
			return f, true
		}
	}
	return failure{}, false
}

// accountFailure: what only an admin can mend.
func accountFailure(code int) (failure, bool) {
	text := ""
	switch code {
	case 0, 190:
		text = textToken
	case 3, 10, 131005:
		text = textPermission
	case 368, 131031:
		text = textLocked
	case 131042:
		text = "WhatsApp could not charge the business account. An admin needs to check the payment method in the WhatsApp Manager."
	case 134011:
		text = "The terms for payments in WhatsApp have not been accepted. An admin needs to accept them in the WhatsApp Manager."
	default:
		return failure{}, false
	}
	return failure{kind: desk.Reconnect, text: text}, true
}

// numberFailure: what only an admin can mend, for one phone number of the account.
func numberFailure(code int) (failure, bool) {
	text := ""
	switch code {
	case 33:
		text = "The business phone number was deleted from its WhatsApp account, or the phone number id is wrong. An admin needs to check it in the connection's settings."
	case 131037:
		text = "WhatsApp has not approved the display name of the business number yet. An admin needs to have it approved in the WhatsApp Manager."
	case 131045, 133000, 133010:
		text = textNumber
	case 133005, 133006, 133008, 133009:
		text = textPIN
	case 133016:
		text = "The business number was registered too often in a short time. WhatsApp allows it again after 72 hours."
	default:
		return failure{}, false
	}
	return failure{kind: desk.Reconnect, number: true, text: text}, true
}

// paceFailure: what passes, and what nobody can be sure of.
func paceFailure(code int) (failure, bool) {
	switch code {
	case 1, 2, 131000:
		return failure{kind: desk.Ambiguous, text: textUnsure}, true
	case 131016, 131057, 133004:
		return failure{kind: desk.Temporary, text: textBusy}, true
	case 133015:
		return failure{kind: desk.Temporary, text: "The business number was deleted a moment ago and cannot be used again yet. Parley tries again in five minutes.", retry: 5 * time.Minute}, true
	case 4, 80007, 130429:
		return failure{kind: desk.RateLimited, text: textTooFast}, true
	case 131048:
		return failure{kind: desk.RateLimited, text: "WhatsApp limits this business number because customers blocked it or reported its messages as spam. Parley slows down; an admin should look at the number's quality in the WhatsApp Manager."}, true
	case 131056:
		return failure{kind: desk.RateLimited, pair: true, text: "Too many messages were sent to this customer in a short time. Parley waits a little and sends this one again; other conversations are not affected."}, true
	case 134101:
		return failure{kind: desk.Temporary, text: "WhatsApp is still preparing this template for marketing messages, which takes about ten minutes. Parley tries again then.", retry: 10 * time.Minute}, true
	case 132069:
		return failure{kind: desk.Temporary, text: "The form in this message had too many failures, and WhatsApp allows only ten an hour until it works again. An admin should check the form in the WhatsApp Manager.", retry: time.Hour}, true
	}
	return failure{}, false
}

// recipientFailure: this person cannot have this message.
func recipientFailure(code int) (failure, bool) {
	text := ""
	switch code {
	case 470, 131047:
		return failure{kind: desk.WindowClosed, text: "More than 24 hours have passed since the customer last wrote, so WhatsApp takes no free text for them any more. You can answer as soon as they write again."}, true
	case 130472:
		text = "WhatsApp keeps marketing messages from this customer as part of an experiment. It can reach them only after they have written."
	case 130497:
		text = "WhatsApp does not allow this business to write to customers in that country. Reach the customer another way."
	case 131021:
		text = "The message is addressed to the business's own number. Choose another recipient."
	case 131026:
		text = "WhatsApp could not deliver to this customer: the number may not be on WhatsApp, may run an old version, or has not accepted WhatsApp's terms. Reach the customer another way."
	case 131030:
		text = "The business number is still in test mode and this customer is not on its list of test recipients. An admin needs to add them in Meta's app dashboard."
	case 131049:
		text = "WhatsApp held this marketing message back because the customer had enough of them lately. Wait at least 24 hours before trying again, or wait until they write."
	case 131050:
		text = "The customer has stopped marketing messages from this business. Do not send any more until they ask for them again."
	case 131062:
		text = "This kind of message needs the customer's phone number, and only their WhatsApp user id is known. Ask the customer for the number."
	case 139100, 139101, 139102, 139103:
		text = textBlockList
	default:
		return failure{}, false
	}
	return failure{kind: desk.Permanent, text: text}, true
}

// contentFailure: another message might go through.
func contentFailure(code int) (failure, bool) {
	text := ""
	switch code {
	case 100, 131009, 135000:
		text = textInvalid
	case 131008:
		text = "Something that WhatsApp needs is missing in this message. Fill it in and send it again; the details below say what it is."
	case 131051:
		text = "WhatsApp cannot send this kind of message. Send it as a text or as a file."
	case 131052:
		text = "WhatsApp could not fetch the file. If a customer sent it, ask them to send it again."
	case 131053:
		text = "WhatsApp did not accept the file: its kind or its content is not supported. Convert it, for example to JPEG, MP4 or PDF, and send it again."
	case 131055:
		text = "This way of sending takes marketing templates only. Send the message in the usual way."
	case 131059:
		text = "The list has changed while it was being read. Open it again from the beginning."
	case 131061:
		text = "This template has a price limit and can be sent as a marketing message only. Choose another template."
	case 134100, 134102:
		text = "This template or this business may not use WhatsApp's marketing messages. Send it as a usual template instead."
	case 2593107, 2593108, 2593109:
		text = textCoexist
	default:
		return failure{}, false
	}
	return failure{kind: desk.Permanent, text: text}, true
}

// templateFailure: the template or what was filled into it is wrong.
func templateFailure(code int) (failure, bool) {
	text := ""
	switch code {
	case 132000:
		text = "The number of filled-in values differs from the number of variables in the template. Fill in every variable."
	case 132001:
		text = "There is no approved template of this name in this language. Choose another language or wait for its approval."
	case 132005:
		text = "With the values filled in, the text is too long. Shorten them."
	case 132007:
		text = "The template breaks WhatsApp's rules. Change its text and submit it again."
	case 132012:
		text = textTemplate
	case 132015:
		text = "WhatsApp has paused this template because customers did not like it. Wait until it is released, or use another one."
	case 132016:
		text = "WhatsApp has switched this template off for good because customers did not like it. Make a new one with another text."
	case 132068:
		text = "The form in this message is blocked by WhatsApp. An admin needs to repair it in the WhatsApp Manager."
	case 2388019:
		text = "The account has as many templates as WhatsApp allows. Delete some that are not used."
	case 2388040:
		text = "A part of the template is too long. Shorten it and submit it again."
	case 2388047, 2388072, 2388073:
		text = textEdit
	case 2388293:
		text = "The template has too many variables for so little text. Add words or take variables out."
	case 2388299:
		text = "A template may not begin or end with a variable. Put a word or a full stop there."
	default:
		return failure{}, false
	}
	return failure{kind: desk.Permanent, text: text}, true
}
