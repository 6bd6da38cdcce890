package metasim

import (
	"fmt"
	"net/http"
	"strings"
)

// graphError is an answer of the Graph API that is not a success.
type graphError struct {
	status  int
	code    int
	subcode int
	kind    string // "type" of the body; default OAuthException
	message string // without the "(#code) " that most have
	bare    bool   // the message stands without that prefix
	details string
}

// errorText is what Meta says for a code: HTTP status and title, and for failures
// that are reported later by a status, the usual details.
// Source: Meta "WhatsApp Cloud API error codes", as of 2025-12.
type errorText struct {
	status  int
	title   string
	details string
	async   bool
}

var knownErrors = map[int]errorText{
	0:      {401, "AuthException", "", false},
	1:      {400, "API Unknown", "", false},
	2:      {503, "API Service", "", false},
	3:      {500, "API Method", "", false},
	4:      {400, "Application request limit reached", "", false},
	10:     {403, "Permission Denied", "", false},
	33:     {400, "Parameter value is not valid", "The business phone number has been deleted.", false},
	100:    {400, "Invalid parameter", "", false},
	190:    {401, "Access token has expired", "", false},
	200:    {403, "API Permission", "", false},
	368:    {403, "Temporarily blocked for policies violations", "", false},
	80007:  {400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit.", false},
	130429: {400, "Rate limit hit", "Cloud API message throughput has been reached.", false},
	130472: {400, "User's number is part of an experiment", "Failed to send message because this user's phone number is part of an experiment", true},
	130497: {403, "Business account is restricted from messaging users in this country.", "Business account is restricted from messaging users in this country.", true},
	131000: {500, "Something went wrong", "Message failed to send due to an unknown error.", false},
	131005: {403, "Access denied", "Permission is either not granted or has been removed.", false},
	131008: {400, "Required parameter is missing", "", false},
	131009: {400, "Parameter value is not valid", "", false},
	131016: {500, "Service unavailable", "A service is temporarily unavailable.", false},
	131021: {400, "Recipient cannot be sender", "Sender and recipient phone number is the same.", false},
	131026: {400, "Message undeliverable", "Message Undeliverable.", true},
	131030: {400, "Recipient phone number not in allowed list", "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.", false},
	131031: {403, "Account has been locked", "The WhatsApp Business Account has been restricted or disabled for a policy violation.", false},
	131037: {400, "WhatsApp provided number needs display name approval before message can be sent.", "The display name of the number is not approved.", true},
	131042: {400, "Business eligibility payment issue", "Message failed to send because there were one or more errors related to your payment method.", true},
	131045: {500, "Incorrect certificate", "Message failed to send due to a phone number registration error.", false},
	131047: {400, "Re-engagement message", "Message failed to send because more than 24 hours have passed since the customer last replied to this number.", true},
	131048: {400, "Spam rate limit hit", "Message failed to send because there are restrictions on how many messages can be sent from this phone number.", true},
	131049: {400, "This message was not delivered to maintain healthy ecosystem engagement.", "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.", true},
	131050: {400, "User has stopped marketing messages", "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business.", true},
	131051: {400, "Unsupported message type", "Message type is currently not supported.", true},
	131052: {400, "Media download error", "Unable to download the media sent by the user.", true},
	131053: {400, "Media upload error", "Unable to upload the media used in the message.", true},
	131055: {400, "Method not allowed", "Only marketing templates can be sent through this endpoint.", false},
	131056: {400, "(Business Account, Consumer Account) pair rate limit hit", "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.", false},
	131057: {500, "Account in maintenance mode", "The business account is in maintenance mode.", false},
	131059: {400, "Invalid paging cursor", "The cursor is not valid. Start from the first page again.", false},
	131062: {400, "Business-scoped user id is not allowed here", "Authentication templates need the recipient's phone number.", false},
	132000: {400, "Number of parameters does not match the expected number of params", "", false},
	132001: {404, "Template name does not exist in the translation", "", false},
	132005: {400, "Translated text too long", "", false},
	132007: {400, "Template format character policy violated", "", false},
	132012: {400, "Parameter format does not match format in the created template", "", false},
	132015: {400, "Template is paused", "The template is paused due to low quality so it cannot be sent in a template message.", true},
	132016: {400, "Template is disabled", "The template has been paused too many times due to low quality and is now permanently disabled.", false},
	132018: {400, "There's an issue with the parameters in your template", "", false},
	132068: {400, "Flow is blocked", "The Flow is in the blocked state.", false},
	132069: {400, "Flow is throttled", "The Flow is in the throttled state and 10 messages using it were already sent in the last hour.", false},
	133004: {503, "Server temporarily unavailable", "The server is temporarily unavailable.", false},
	133010: {400, "Account not registered", "The phone number is not registered on the WhatsApp Business Platform.", false},
	134101: {400, "Template sync in progress", "The template is being synced and cannot be sent yet.", false},
	135000: {400, "Generic user error", "Message failed to send because of an unknown error with your request parameters.", false},
}

// failure makes the error for a code in Meta's words; details may be empty to
// take the usual ones. Codes that are not in the table become a 400. Code 100
// says what is wrong in the message itself and has no error_data, as in
// "(#100) The parameter messaging_product is required." (Graph v24.0).
func failure(code int, details string) *graphError {
	if code == 100 && details != "" {
		return &graphError{status: http.StatusBadRequest, code: code, message: details}
	}
	k, ok := knownErrors[code]
	if !ok {
		k = errorText{http.StatusBadRequest, "Something went wrong", "Simulated error.", false}
	}
	if details == "" {
		details = k.details
	}
	return &graphError{status: k.status, code: code, message: k.title, details: details}
}

// noSuchObject is the answer for an id that does not exist or that the token
// may not see.
func noSuchObject(method, id string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 100, subcode: 33, kind: "GraphMethodException", bare: true,
		message: fmt.Sprintf("Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation. "+
			"Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api", strings.ToLower(method), id),
	}
}

func badToken(message string) *graphError {
	return &graphError{status: http.StatusUnauthorized, code: 190, bare: true, message: message}
}

func (e *graphError) body() map[string]any {
	message := e.message
	if !e.bare {
		message = fmt.Sprintf("(#%d) %s", e.code, message)
	}
	kind := e.kind
	if kind == "" {
		kind = "OAuthException"
	}
	body := map[string]any{"message": message, "type": kind, "code": e.code, "fbtrace_id": traceID()}
	if e.subcode != 0 {
		body["error_subcode"] = e.subcode
	}
	if e.details != "" {
		body["error_data"] = map[string]any{"messaging_product": "whatsapp", "details": e.details}
	}
	return map[string]any{"error": body}
}

// statusError is the entry of a failed status's errors array.
func statusError(code int) (map[string]any, MessageError) {
	e := failure(code, "")
	return map[string]any{
		"code": code, "title": e.message, "message": e.message,
		"error_data": map[string]any{"details": e.details},
		"href":       "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
	}, MessageError{code, e.message, e.details}
}
