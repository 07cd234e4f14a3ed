"""Views that share the API's manners: strict parameters, language, formats, sparse lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from cbec_portal.api.answer_language import DEFAULT_LANGUAGE, language_of
from cbec_portal.api.filters import MANNERS_OF_ANSWERS, StrictFilterBackend, known_to
from cbec_portal.api.parameters import NAMELESS, Parameters
from cbec_portal.api.schema import ManneredSchema
from cbec_portal.api.sparse_fields import SPARSE_PARAMETERS, chosen_columns
from cbec_portal.api.whole_lists import asks_for_all, whole_list
from cbec_portal.costly_responses import dear_turn
from cbec_portal.refusals import ParameterError

M = TypeVar("M", bound=Model)


def refuse_empty_question(request: HttpRequest) -> None:
    """Refuse ``?&&``, which asks for something and says nothing.

    Raises:
        ParameterError: between two separators there is neither a name nor a value.
    """
    asked = request.META.get("QUERY_STRING", "")
    if "&&" in asked or asked == "&":
        raise ParameterError(NAMELESS, "Between two “&” stands nothing.")


class Manners(APIView):
    """What all views of the API share: `self.language` and `self.parameters` before they answer."""

    language = DEFAULT_LANGUAGE
    parameters: Parameters
    schema = ManneredSchema()

    def understood_parameters(self) -> Iterable[str]:
        """Return the parameters that the view understands; every other is refused."""
        return known_to(self)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the language and the parameters of a request before it is answered.

        The language comes first, so that refusals are told in it.

        Raises:
            ParameterError: a parameter is unknown or blank.
        """
        self.language = language_of(request._request)
        translation.activate(self.language)
        super().initial(request, *args, **kwargs)
        refuse_empty_question(request._request)
        self.parameters = Parameters(
            request.query_params, self.understood_parameters(), blanks=False
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the response with the language it is in, and with the headers it varies by."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Content-Language", self.language)
        patch_vary_headers(response, ("Accept-Language", "Accept"))
        return response


class ReadOnlyViewSet(Manners, viewsets.GenericViewSet[M]):
    """A list and its rows by natural key.

    A viewset names `queryset`, `serializer_class`, `filterset_class`, `lookup_field` and
    `ordering_fields`; `question_parameters` are those of the list that it reads by itself from
    `self.parameters`, `detail_parameters` those of a row. With `edition() -> str` its counts are
    kept in the cache.
    """

    http_method_names = ["get", "head", "options"]
    lookup_value_regex = "[^/]+"
    filter_backends = [StrictFilterBackend]
    question_parameters: Iterable[str] = frozenset()
    detail_parameters: Iterable[str] = frozenset()
    ordering_fields: Iterable[str] = ()

    @property
    def natural_key(self) -> Iterable[str]:
        """Return the columns that tell rows of the list apart in every database."""
        return (self.lookup_field,)

    # Neither has a docstring: the schema would tell it in the place of the view's own.
    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        queryset = self.filter_queryset(self.get_queryset())
        if not asks_for_all(request):
            return self.get_paginated_response(self._page(queryset))
        paginator: Any = self.paginator

        def pages() -> Iterator[Sequence[Any]]:
            paginator.whole_from = 0
            while paginator.whole_from is not None:
                yield self._page(queryset)
                further = paginator.whole_from + paginator.limit
                paginator.whole_from = further if further < paginator.count else None

        head = self.whole_head(queryset)
        return whole_list(self, request.accepted_renderer, head, pages)

    def whole_head(self, queryset: Any) -> dict[str, Any]:
        """Return what a whole list says beside its rows: their number, and that nothing follows."""
        count = self.paginator.get_count(queryset)  # type: ignore[union-attr]  # lists have one
        return {"count": count, "next": None, "previous": None}

    def _page(self, queryset: Any) -> Sequence[Any]:
        page = self.paginate_queryset(queryset)
        serializer = self.get_serializer(page, many=True)
        rows: Sequence[Any] = serializer.data
        if self.parameters.many("fields") or self.parameters.many("omit"):
            declared = getattr(getattr(serializer, "child", None), "fields", ())
            rows = chosen_columns(rows, self.parameters, declared)
        return rows

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


class QuestionView(Manners):
    """A question answered from its parameters alone.

    Name `fields` and `omit` among the `known_parameters` to let readers choose columns of
    `results`. As a mapping, `known_parameters` also says what each parameter means.
    """

    http_method_names = ["get", "head", "options"]
    known_parameters: Iterable[str] = ()
    #: Whether it resolves all cities, which takes a turn among dear answers.
    is_dear = False
    #: A serializer that describes the answer; it writes nothing.
    answer_serializer: type[BaseSerializer[Any]] | None = None

    def understood_parameters(self) -> Iterable[str]:
        """Return the parameters that the view names, beside those of every answer."""
        return {*MANNERS_OF_ANSWERS, *self.known_parameters}

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the answer to a question, as each view gives it."""
        raise NotImplementedError

    # It has no docstring: the schema would tell it in the place of the view's own.
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with dear_turn(request._request) if self.is_dear else nullcontext():
            answer = self.answer(self.parameters)
        if SPARSE_PARAMETERS & set(self.known_parameters):
            answer |= {"results": chosen_columns(answer["results"], self.parameters)}
        return Response(answer)
