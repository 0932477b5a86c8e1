package contract

import (
	"net/http"

	"gongkai/catalog"
)

// Status is the one table from kinds of failure to HTTP statuses, for the API
// and for pages alike.
func Status(k catalog.Kind) int {
	switch k {
	case catalog.Invalid:
		return http.StatusBadRequest
	case catalog.Unauthenticated:
		return http.StatusUnauthorized
	case catalog.Forbidden:
		return http.StatusForbidden
	case catalog.NotFound:
		return http.StatusNotFound
	case catalog.Conflict, catalog.Stale:
		return http.StatusConflict
	case catalog.Gone:
		return http.StatusGone
	case catalog.TooLarge:
		return http.StatusRequestEntityTooLarge
	case catalog.Unsupported:
		return http.StatusUnsupportedMediaType
	case catalog.Unprocessable:
		return http.StatusUnprocessableEntity
	case catalog.Busy:
		return http.StatusServiceUnavailable
	case catalog.TooMany:
		return http.StatusTooManyRequests
	case catalog.Full:
		return http.StatusInsufficientStorage
	case catalog.Deadline:
		return http.StatusGatewayTimeout
	case catalog.Internal:
	}
	return http.StatusInternalServerError
}
