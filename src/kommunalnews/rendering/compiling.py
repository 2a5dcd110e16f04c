"""Template source → code that renders quickly and says the same.

Much of what a page costs is the same on every page: words that are translated anew, though the language of a site
never changes; texts that are wrapped in an object when they are escaped, only to be joined to others at once; macros
that work out anew which argument is which; templates that are looked up by name. Messages without variables become part
of the template's text, a text is escaped without the wrapping, macros take the arguments as they come, and a template
is looked up once.
"""

import contextlib
import marshal
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from kommunalnews.digest import Digest, of_parts
from kommunalnews.disk import read_whole, write_whole

_TRANSLATING = ("_", "gettext")
_MANY = 500
"""Templates whose code is kept: those of several versions."""
_SPECIAL = re.compile("[&<>'\"]")


def escaped(value: object) -> str:
    """What ``markupsafe.escape`` makes of a value, not marked as such: fit to be joined and for nothing else."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value]
    if kind is str and not _SPECIAL.search(value):  # type: ignore[call-overload]
        return value  # type: ignore[return-value]
    return escape(value)


class _Generator(CodeGenerator):
    """Writes code that escapes with ``escaped``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802
        """Without the variables of loops and blocks: nothing that templates can call here asks for them."""
        self.write("context.call(")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")


class _Translating(NodeTransformer):
    """Puts the translation of a message without variables in the place of the call that asks for it."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as the visitor names it
        match node:
            case nodes.Call(
                node=nodes.Name(name=name),
                args=[nodes.Const(value=str(message))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in _TRANSLATING:
                said = self._gettext(message)
                if "%" not in said.replace("%%", ""):
                    return nodes.MarkSafeIfAutoescape(nodes.Const(said.replace("%%", "%")), lineno=node.lineno)
        return self.generic_visit(node)


class _Context(Context):
    """A context that asks of functions and macros no more than can be: most of what pages call is one of the two."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - names a caller cannot use
        kind = type(__obj)
        if kind is FunctionType and not hasattr(__obj, "jinja_pass_arg"):
            return __obj(*args, **kwargs)
        if kind is not Macro:
            return super().call(__obj, *args, **kwargs)
        if __obj.caller or __obj.catch_kwargs or __obj.catch_varargs or len(args) > __obj._argument_count:
            return __obj(__self.eval_ctx, *args, **kwargs)
        if rest := __obj.arguments[len(args) :]:
            args = (*args, *[kwargs.pop(name, missing) for name in rest])
        if kwargs:  # the macro itself says what is wrong with them
            return __obj(__self.eval_ctx, *args, **kwargs)
        text = __obj._func(*args)
        return str.__new__(Markup, text) if __self.eval_ctx.autoescape else text


class _Template(jinja2.Template):
    """A template whose macros are made once: as all have the same globals, it is no matter who imports it."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class Environment(jinja2.Environment):
    """A Jinja environment that compiles so."""

    code_generator_class = _Generator
    context_class = _Context
    template_class = _Template
    escaped = staticmethod(escaped)

    def __init__(self, gettext: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.gettext = gettext
        self._found: dict[str, jinja2.Template] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:
        """The template of this name, looked up once: in one build it stays what it is."""
        if globals or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().get_template(name, parent)
        return found

    def _generate(self, source: nodes.Template, name: Any, filename: Any, defer_init: bool = False) -> str:
        _Translating(self.gettext).visit(source)
        return super()._generate(source, name, filename, defer_init)


_COMPILED: dict[Digest, CodeType] = {}
"""What this process has compiled or read: a build that is verified is made twice."""


class CodeCache(jinja2.BytecodeCache):
    """Compiled templates, in this process and perhaps in a folder. What is damaged is never run."""

    def __init__(self, folder: Path | None, context: str) -> None:
        """``context`` says what the code depends on besides its template."""
        self._folder = folder
        self._context = f"{context} {sys.version}"

    def get_bucket(self, environment: jinja2.Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The code of a template, wherever it was compiled; tracebacks name the file that it stands in now."""
        bucket = super().get_bucket(environment, name, None, source)
        if bucket.code is not None and filename is not None:
            bucket.code = _placed(bucket.code, filename)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into the bucket, if it is there."""
        digest = self._digest(bucket)
        data = read_whole(self._folder / digest) if self._folder else None
        if data is not None:
            bucket.code = _COMPILED[digest] = marshal.loads(data)
        elif digest in _COMPILED:
            bucket.code = _COMPILED[digest]
            self._keep(digest, bucket.code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of the bucket, if possible."""
        digest = self._digest(bucket)
        if bucket.code is not None:
            _COMPILED[digest] = bucket.code
            self._keep(digest, bucket.code)

    def _keep(self, digest: Digest, code: CodeType) -> None:
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            if len(os.listdir(self._folder)) > _MANY:
                for old in self._folder.iterdir():
                    old.unlink()
        write_whole(self._folder / digest, marshal.dumps(code))

    def _digest(self, bucket: Bucket) -> Digest:
        return of_parts(bucket.key, bucket.checksum, self._context)


def _placed(code: CodeType, filename: str) -> CodeType:
    """The same code as of another file."""
    if code.co_filename == filename:
        return code
    constants = tuple(_placed(one, filename) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=filename, co_consts=constants)
