package catalog

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an Error is. The API maps each kind to one
// HTTP status and the command line to one exit code.
type Kind int

// The kinds of failure.
const (
	// Internal is a failure of ours; the client can only try again later.
	Internal Kind = iota
	// Invalid is a request that cannot be understood as it stands.
	Invalid
	// Unauthenticated is a request without a token where one is needed, or with an unknown one.
	Unauthenticated
	// Forbidden is a request whose actor is known and may not do this.
	Forbidden
	// NotFound names something that does not exist, or that the actor may not know of.
	NotFound
	// Conflict is a request that the present state forbids.
	Conflict
	// Gone names a version that was published and withdrawn or purged.
	Gone
	// TooLarge is a body or a result over a stated limit.
	TooLarge
	// Unsupported is a media type or an encoding that is not spoken here.
	Unsupported
	// Unprocessable is a well-formed request about data that cannot be taken.
	Unprocessable
	// Busy is a limit on concurrency that was reached; try again later.
	Busy
	// Full is a store that has no room left, or that cannot make bytes durable.
	Full
	// Deadline is a query that took longer than it may.
	Deadline
	// Stale is a write by an attempt that was superseded (its fencing number is old).
	Stale
	// TooMany is a client that asks for more than its share, at once or in a minute; try again later.
	TooMany
)

// Error is the one error type that crosses package borders: what to tell the
// client, how to fix it, and the cause for the log.
type Error struct {
	Kind    Kind
	Message string   // for the client, in English; names what was wrong and where
	Fix     string   // for the client: what to do about it
	Field   string   // the parameter, form field or column at fault, where there is one
	Pos     int      // column in the query text at fault, from 1; 0 where there is none
	Cause   error    // for the log, never shown
	Slip    Slip     // which of the common slips it is, for who has words of their own for it; "" for all others
	Args    []string // what the words for the slip fill in
}

// Slip is one of the common slips in a query, which pages tell in the reader's
// language; Error.Args holds what each names.
type Slip string

// The slips, with their Args.
const (
	SlipColumn    Slip = "unknown-column"   // the name
	SlipFunction  Slip = "unknown-function" // the name
	SlipToken     Slip = "unexpected"       // what stands there; "" for the end
	SlipQuote     Slip = "open-quote"
	SlipValue     Slip = "other-type"   // column, value, what to write instead
	SlipCondition Slip = "no-condition" // expression, what to write instead
)

// Mark says which common slip an error is.
func (e *Error) Mark(slip Slip, args ...string) *Error {
	e.Slip, e.Args = slip, args
	return e
}

// Error gives the client's message followed by the cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error of a kind; fix says what the client can do.
func Errorf(kind Kind, fix, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Fix: fix}
}

// KindOf finds the kind of err: Internal where no Error is in its chain.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
