#pragma once

#include <string>
#include <vector>

#include "api/json/shape.h"
#include "domain/answer.h"
#include "domain/collection.h"
#include "domain/document.h"
#include "domain/search.h"
#include "domain/task.h"

namespace cairn {

/// A collection with what it holds.
struct CountedCollection {
  Collection collection;
  CollectionCounts counts;
};

/// A page of a list, as every list of the API is written.
template <class T>
struct Listing {
  std::vector<T> items;
  std::string next_cursor;  ///< Empty: the last page.
};

// The API's objects, as HTTP and `--json` print them: keys in a fixed order, times in RFC 3339, pages and optional
// times null where there are none. Names and order are a contract: add, never rename.
const Shape<Span>& span_shape();
const Shape<Hit>& hit_shape();
const Shape<SearchResponse>& search_response_shape();
const Shape<Citation>& citation_shape();
const Shape<Answer>& answer_shape();
const Shape<Document>& document_shape();
const Shape<DocumentStatus>& document_status_shape();
const Shape<CountedCollection>& collection_shape();
const Shape<Chunking>& chunking_shape();  ///< Also read.
const Shape<Task>& task_shape();

/// `{"items": […], "next_cursor": …}`; `name` is the component's.
template <class T>
Shape<Listing<T>> listing_shape(std::string name, const Shape<T>& item) {
  return ObjectShape<Listing<T>>(std::move(name), "A page of a list.")
      .required("items", &Listing<T>::items, shape::list(item), "In order.")
      .required("next_cursor", &Listing<T>::next_cursor, shape::text_or_null(),
                "What `cursor` takes for the next page; null after the last.")
      .done();
}

inline Json to_json(const Span& span) { return to_json(span_shape(), span); }
inline Json to_json(const SearchResponse& response) { return to_json(search_response_shape(), response); }
inline Json to_json(const Answer& answer) { return to_json(answer_shape(), answer); }
inline Json to_json(const Document& document) { return to_json(document_shape(), document); }
inline Json to_json(const Collection& collection, const CollectionCounts& counts) {
  return to_json(collection_shape(), {collection, counts});
}
inline Json to_json(const Task& task) { return to_json(task_shape(), task); }

}  // namespace cairn
