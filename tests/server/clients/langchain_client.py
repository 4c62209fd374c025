"""LangChain's OpenAI classes."""

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from seen import BASE_URL, KEY, MODEL, QUESTION, UNANSWERABLE, say


def main():
    chat = ChatOpenAI(base_url=BASE_URL, api_key=KEY, model="cairn", temperature=0, max_retries=0)
    reply = chat.invoke([SystemMessage("Be brief."), HumanMessage(QUESTION)])
    pieces = list(chat.stream(QUESTION))
    embeddings = OpenAIEmbeddings(base_url=BASE_URL, api_key=KEY, model=MODEL, check_embedding_ctx_length=False, max_retries=0)
    chosen = chat.bind(extra_body={"cairn": {"collections": ["main"]}}).invoke(QUESTION)
    passages, query = embeddings.embed_documents(["The pump.", "The filter."]), embeddings.embed_query("The pump.")
    say(content=reply.content, usage=reply.usage_metadata, finish=reply.response_metadata["finish_reason"],
        streamed="".join(piece.content for piece in pieces if isinstance(piece.content, str)), nothing=chat.invoke(UNANSWERABLE).content,
        chosen=chosen.content, batch=[one.content for one in chat.batch([QUESTION, QUESTION])],
        dimensions=[len(vector) for vector in passages], query_is_first=query == passages[0])


if __name__ == "__main__":
    main()
