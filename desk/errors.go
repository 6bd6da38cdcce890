package desk

import (
	"errors"
	"fmt"
)

// Code classes an Error for programs. httpapi maps each to one HTTP status.
type Code string

const (
	CodeInvalid        Code = "invalid"          // the input is wrong; Field says where
	CodeNotFound       Code = "not_found"        // no such thing, or it may not be seen
	CodeForbidden      Code = "forbidden"        // seen, but not allowed
	CodeUnauthorized   Code = "unauthorized"     // not signed in
	CodeConflict       Code = "conflict"         // the state does not allow it
	CodeClientIDReused Code = "client_id_reused" // same client_id, other content
	CodeWindowClosed   Code = "window_closed"    // no free-form message may be sent now
	CodeChannelRemoved Code = "channel_removed"  // the conversation's channel was removed
	CodeTooLarge       Code = "too_large"        // a limit was passed; Message names it
	CodeRateLimited    Code = "rate_limited"     // try later
	CodeUnavailable    Code = "unavailable"      // the store cannot write now; nothing was done
)

// Error is an error whose Message a person may read. Every other error type is
// internal and is shown as a general failure.
type Error struct {
	Code    Code
	Message string
	Field   string // JSON path of the offending input, such as "channels[0].phone_number"; may be empty
}

func (e *Error) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("%s: %s (%s)", e.Code, e.Message, e.Field)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Errorf makes an Error.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid makes a CodeInvalid error about one input field.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of an Error anywhere in err's chain, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func notFound(what string) *Error {
	return Errorf(CodeNotFound, "%s was not found. It may have been deleted, or you may not have access to its channel.", what)
}
